// The data block, read once into plain arrays, and the few tools that every other file uses.

// Every text from the data reaches the page through text nodes and attributes made here, never as markup.
function make(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const byId = (id) => document.getElementById(id);

// A link, but only to the web: an address of any other kind (javascript:, data:) stays text.
function link(address, text) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    return make("span", {}, text);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return make("span", {}, text);
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, text);
}

function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

// A column is a list, or its different values and where they stand.
function column(packed) {
  return Array.isArray(packed) ? packed : packed.at.map((i) => packed.values[i]);
}

function columns(packed) {
  return Object.fromEntries(Object.entries(packed).map(([name, values]) => [name, column(values)]));
}

// The data block is JSON; that of a large graph is packed (gzip, base64), or the file would be thrice the
// size. Nothing is fetched to unpack it.
async function readData() {
  const block = byId("data");
  if (block.type === "application/json") return JSON.parse(block.textContent);
  const bytes = Uint8Array.from(atob(block.textContent), (character) => character.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unpacked).json();
}

if (byId("data").type !== "application/json" && !("DecompressionStream" in window)) {
  byId("too-old").hidden = false;
}
const DATA = await readData();
const SETTINGS = DATA.findings.settings.map(column);
delete DATA.findings.settings;
const ENTITIES = columns(DATA.entities);
const ASSOCIATIONS = columns(DATA.associations);
const FINDINGS = columns(DATA.findings);
const PUBLICATIONS = columns(DATA.publications);
const ROLES = Object.entries(DATA.roles).map(([id, label]) => ({ id, label }));
const ENTITY_AT = new Map(ENTITIES.id.map((id, i) => [id, i]));

// One line for each (cause, target) with all associations and findings between the two.
const LINES = [];
const LINE_AT = new Map();
const LINES_OF = ENTITIES.id.map(() => []);

function lineKey(cause, target) {
  return cause * ENTITIES.id.length + target;
}

ASSOCIATIONS.id.forEach((_, i) => {
  const cause = ASSOCIATIONS.subject[i];
  const target = ASSOCIATIONS.object[i];
  const key = lineKey(cause, target);
  if (!LINE_AT.has(key)) {
    LINE_AT.set(key, LINES.length);
    LINES_OF[cause].push(LINES.length);
    if (target !== cause) LINES_OF[target].push(LINES.length);
    LINES.push({ at: LINES.length, cause, target, associations: [], findings: [] });
  }
  LINES[LINE_AT.get(key)].associations.push(i);
});
FINDINGS.association.forEach((association, i) => {
  const key = lineKey(ASSOCIATIONS.subject[association], ASSOCIATIONS.object[association]);
  LINES[LINE_AT.get(key)].findings.push(i);
});
