// What every other file makes elements with. Every text from the data reaches the page through text nodes and
// attributes made here, never as markup.

/**
 * @typedef {string | Node | null | undefined} Child
 * @typedef {Record<string, any>} Attributes
 */

/**
 * An HTML element; attributes that are null, undefined or false are left out, those that begin with "on" listen.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function make(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function svg(tag, attributes = {}, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/**
 * @param {Element} element
 * @param {Attributes} attributes
 * @param {(Child | Child[])[]} children
 */
function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined) element.append(child);
  return element;
}

/**
 * An element of the template; it is there.
 * @param {string} id
 * @returns {any}
 */
export const byId = (id) => document.getElementById(id);

/**
 * A link, but only to the web: an address of any other kind (javascript:, data:) stays text.
 * @param {string} address
 * @param {string} text
 */
export function link(address, text) {
  /** @type {URL | null} */
  let url = null;
  try {
    url = new URL(address);
  } catch {
    return make("span", {}, text);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return make("span", {}, text);
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** @param {number} count @param {string} one */
export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/**
 * Give the reader a file.
 * @param {string} name
 * @param {string} type
 * @param {string | Blob} content
 */
export function save(name, type, content) {
  const blob = content instanceof Blob ? content : new Blob([content], { type: `${type};charset=utf-8` });
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  say(`${name} saved.`);
}

/** Copy a text; where that is not allowed, show it. @param {string} text @param {string} done */
export async function copyText(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    say(`Copy it from here: ${text}`);
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;

/** Tell the reader what was done, on the screen and to those who listen. @param {string} text */
export function say(text) {
  const place = byId("said");
  place.textContent = text;
  place.classList.remove("off");
  clearTimeout(silence);
  silence = setTimeout(() => place.classList.add("off"), 6000);
}
