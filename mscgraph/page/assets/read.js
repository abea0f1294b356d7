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

if (!("DecompressionStream" in window)) byId("too-old").hidden = false;
const DATA = await readBlock(byId("data").textContent);
byId("data").remove();

// Columns under the names by which the page reads them, `table.name[i]`: spread out when first asked for. Ids and
// texts of a large graph take seconds to spread: associationId(), findingId(), statementOf() give one.
function table(columns) {
  const found = {};
  for (const [name, column] of Object.entries(columns)) {
    Object.defineProperty(found, name, {
      configurable: true,
      enumerable: true,
      get() {
        const all = column instanceof Few || column instanceof Texts ? column.all
          : typeof column === "function" ? column() : column;
        Object.defineProperty(found, name, { value: all, enumerable: true });
        return all;
      },
    });
  }
  return found;
}

const ROLES = Object.entries(DATA.roles).map(([id, label]) => ({ id, label }));
const ENTITIES = table(DATA.entities);
const ENTITY_AT = new Map(ENTITIES.id.map((id, i) => [id, i]));

const SUBJECT = DATA.associations.subject;
const OBJECT = DATA.associations.object;
const KIND = DATA.associations.kind; // [predicate, aspect, sign]
const GRADING = DATA.associations.grading; // [letter, cost, rung, studies, reasons]
const ASSOCIATIONS = table({
  subject: SUBJECT,
  object: OBJECT,
  predicate: KIND.map(([predicate]) => DATA.predicates[predicate].label),
  aspect: KIND.map(([, aspect]) => DATA.aspects[aspect]),
  sign: KIND.map(([, , sign]) => sign),
  grade: GRADING.map(([letter]) => letter),
  cost: GRADING.map(([, cost]) => cost),
  rung: GRADING.map(([, , rung]) => rung),
  reasons: GRADING.map(([, , , , reasons]) => reasons),
  id: () => Array.from(SUBJECT, (_, i) => associationId(i)),
});

const OF = DATA.findings.association;
const PUBLICATION = DATA.findings.publication;
const DIRECTION = DATA.findings.direction;
const said = (column) => column.map(([, words]) => words);
const FINDINGS = table({
  ...DATA.findings,
  id: () => Array.from(OF, (_, i) => findingId(i)),
  statement: () => Array.from(OF, (_, i) => statementOf(i)),
  species: said(DATA.findings.species),
  system: said(DATA.findings.system),
  significance: said(DATA.findings.significance),
  design: said(DATA.findings.design),
});
const SETTINGS = Object.values(DATA.findings.settings);
const PUBLICATIONS = table({ ...DATA.publications, url: () => DATA.publications.id.map((_, i) => addressOfPaper(i)) });

function findingId(i) {
  const { texts, prefix, digits, numbers } = DATA.findings.id;
  return texts ? texts.get(i) : prefix + String(numbers[i]).padStart(digits, "0");
}

// A statement says the names of its cause and target by a sign each, unless it holds such signs itself.
function statementOf(i) {
  const text = DATA.findings.statement.get(i);
  if (!DATA.findings.named) return text;
  return text.replaceAll("\u0002", () => ENTITIES.name[OBJECT[OF[i]]])
    .replaceAll("\u0001", () => ENTITIES.name[SUBJECT[OF[i]]]);
}

function addressOfPaper(i) {
  const id = DATA.publications.id[i];
  return DATA.publications.url.get(i)
    || (id.startsWith("PMID:") ? `https://pubmed.ncbi.nlm.nih.gov/${id.slice(5)}/` : "");
}

const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);

// Associations stand in the order of (cause, target) and findings in that of their associations, so each owner
// has a stretch: the first of owner i stands at starts[i].
function starts(owners, count) {
  const found = new Uint32Array(count + 1);
  for (let i = 0; i < owners.length; i += 1) found[owners[i] + 1] += 1;
  for (let i = 0; i < count; i += 1) found[i + 1] += found[i];
  return found;
}

const FIRST_FINDING = starts(OF, SUBJECT.length);

// One line for each (cause, target) with all associations and findings between the two.
class Line {
  constructor(at, cause, target, first) {
    this.at = at;
    this.cause = cause;
    this.target = target;
    this.first = first; // of its associations; `last` is the one after them
    this.last = first + 1;
  }

  get associations() {
    return range(this.first, this.last);
  }

  get findings() {
    return range(FIRST_FINDING[this.first], FIRST_FINDING[this.last]);
  }

  get size() {
    return FIRST_FINDING[this.last] - FIRST_FINDING[this.first];
  }
}

const LINES = [];
const LINE_AT = new Map();
const LINES_OF = ENTITIES.id.map(() => []);
const LINE_OF = new Uint32Array(SUBJECT.length); // of an association

function lineKey(cause, target) {
  return cause * ENTITIES.id.length + target;
}

for (let i = 0; i < SUBJECT.length; i += 1) {
  const [cause, target] = [SUBJECT[i], OBJECT[i]];
  const before = LINES.at(-1);
  if (before && before.cause === cause && before.target === target) before.last = i + 1;
  else {
    LINE_AT.set(lineKey(cause, target), LINES.length);
    LINES_OF[cause].push(LINES.length);
    if (target !== cause) LINES_OF[target].push(LINES.length);
    LINES.push(new Line(LINES.length, cause, target, i));
  }
  LINE_OF[i] = LINES.length - 1;
}

// What supports an association: its findings that count. What disputes it: those of its rivals, the relations
// with the same ends and aspect and a predicate that says otherwise.
function supporting(association) {
  return range(FIRST_FINDING[association], FIRST_FINDING[association + 1])
    .filter((i) => counts(i) && !DATA.findings.outside.get(i));
}

function disputing(association) {
  const { first, last } = LINES[LINE_OF[association]];
  if (last - first === 1) return [];
  const [predicate, aspect] = KIND.get(association);
  const { rivals } = DATA.predicates[predicate];
  const found = [];
  for (let other = first; other < last; other += 1) {
    const [name, where] = KIND.get(other);
    if (where !== aspect || !rivals.includes(name)) continue;
    for (let i = FIRST_FINDING[other]; i < FIRST_FINDING[other + 1]; i += 1) if (counts(i)) found.push(i);
  }
  return found;
}

// Whether the path finder may walk it: an effect, inside what was asked for, with support.
function isWalked(association) {
  if (!DATA.predicates[KIND.get(association)[0]].effect || !DATA.associations.own.get(association)) return false;
  return supporting(association).length > 0;
}

const isReadout = (association) => supporting(association).every((i) => DATA.findings.readout.get(i));
