// The reader's own values: a number for some entities, written into the page or dropped on it as a file. They
// colour the boxes and stand printed beside them. A dropped file is read here and goes nowhere.

import { ENTITIES, ENTITY_AT } from "./data.js";
import { byId, make, plural, say, svg } from "./elements.js";
import { BOX_HEIGHT } from "./layout.js";
import { entityCalled } from "./lookup.js";
import { entityButton } from "./panel.js";
import { drawn } from "./scene.js";
import { redraw } from "./state.js";

const OVERLAY = { title: "", values: new Map(), problems: [] };

// Both scales are told apart with every kind of colour vision: purple to orange (ColorBrewer's PuOr) around zero,
// else dark blue to yellow (cividis).
const DIVERGING = ["#542788", "#998ec3", "#d8daeb", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806"];
const SEQUENTIAL = ["#00224e", "#434e6c", "#7d7c78", "#bcae6c", "#fee838"];

// {stops, from, to}: around zero where values lie on both sides of it.
function scaleOf(values) {
  const from = Math.min(...values);
  const to = Math.max(...values);
  if (from >= 0 || to <= 0) return { stops: SEQUENTIAL, from, to };
  const most = Math.max(-from, to);
  return { stops: DIVERGING, from: -most, to: most };
}

function colourOf(value, { stops, from, to }) {
  const at = to > from ? ((value - from) / (to - from)) * (stops.length - 1) : stops.length - 1;
  const low = Math.min(stops.length - 2, Math.max(0, Math.floor(at)));
  const part = Math.min(1, Math.max(0, at - low));
  const channel = (colour, i) => Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
  return [0, 1, 2].map((i) => Math.round(channel(stops[low], i) * (1 - part) + channel(stops[low + 1], i) * part));
}

// Black or white, whichever stands out more (WCAG's relative luminance; they meet at 0.179).
function inkOn(colour) {
  const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}

function printed(value, { stops }) {
  const text = String(Number(Math.abs(value).toPrecision(3)));
  if (value < 0) return `−${text}`;
  return stops === DIVERGING && value > 0 ? `+${text}` : text;
}

// The table as read_overlay in mscgraph/page/__init__.py reads it: entity, tab, number; a header, comments and empty lines may stand.
function readOverlay(text, name) {
  const values = new Map();
  const lines = new Map();
  const problems = [];
  let title = "";
  let first = true;
  text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/).forEach((line, i) => {
    if (!line.trim() || line.startsWith("#")) return;
    const cells = line.split("\t").map((cell) => cell.trim());
    const isNumber = /^[+\-−]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cells[1] ?? "");
    const header = first && !isNumber && cells.length > 1;
    first = false;
    const entity = entityCalled(cells[0]);
    const value = isNumber ? Number(cells[1].replace("−", "-")) : Number.NaN;
    if (header) title = cells[1];
    else if (cells.length < 2) problems.push(`Line ${i + 1}: “${cells[0]}” has no value; separate the two by a tab.`);
    else if (!Number.isFinite(value)) problems.push(`Line ${i + 1}: the value “${cells[1]}” of “${cells[0]}” is no number.`);
    else if (entity === null) problems.push(`Line ${i + 1}: no entity of this page, or several, are called “${cells[0]}”.`);
    else if (values.has(entity)) problems.push(`Line ${i + 1}: “${cells[0]}” stands on line ${lines.get(entity)} already; that value is shown.`);
    else {
      values.set(entity, value);
      lines.set(entity, i + 1);
    }
  });
  return { title: title || name.replace(/\.[^.]*$/, ""), values, problems };
}

function takeOverlay({ title, values, problems }) {
  Object.assign(OVERLAY, { title, values, problems });
  say(values.size ? `${plural(values.size, "value")} of ${title} shown.` : "No value could be used.");
  drawOverlay();
  redraw();
}

// Colours and numbers on the boxes that are drawn.
export function paintOverlay() {
  const scale = scaleOf([...OVERLAY.values.values()]);
  for (const [entity, group] of drawn.boxes) {
    const value = OVERLAY.values.get(entity);
    const frame = group.querySelector(".frame");
    const name = group.querySelector("text:not(.value)");
    group.dataset.label ??= group.getAttribute("aria-label");
    for (const old of group.querySelectorAll(".value, .tag")) old.remove();
    const colour = value === undefined ? null : colourOf(value, scale);
    frame.style.fill = colour ? `rgb(${colour.join(", ")})` : "";
    name.style.fill = colour ? inkOn(colour) : "";
    // The name that is spoken begins with what is seen: the name and the value.
    const seen = ENTITIES.name[entity];
    group.setAttribute("aria-label", colour
      ? `${seen} ${printed(value, scale)} (${OVERLAY.title})${group.dataset.label.slice(seen.length)}` : group.dataset.label);
    if (!colour) continue;
    const middle = Number(frame.getAttribute("width")) / 2;
    const text = printed(value, scale);
    const width = 8 + 7 * text.length;
    // On a tag of its own below the box, in front of lines that pass there.
    group.append(
      svg("rect", { class: "tag", x: middle - width / 2, y: BOX_HEIGHT - 1, width, height: 13, rx: 3 }),
      svg("text", { class: "value", x: middle, y: BOX_HEIGHT + 9.5 }, text),
    );
  }
}

// The value of the entity whose panel is open.
export function addOwnValue(state) {
  const own = OVERLAY.values.get(state.entity);
  if (own === undefined) return;
  const words = `${OVERLAY.title}: ${printed(own, scaleOf([...OVERLAY.values.values()]))} (your own value)`;
  byId("panel-title").after(make("p", { class: "own-value" }, words));
}

export const overlayValues = () => OVERLAY.values;

function drawOverlay() {
  const box = byId("overlay-box");
  const { title, values, problems } = OVERLAY;
  const choose = make("input", { type: "file", id: "overlay-file", accept: ".tsv,.txt,.tab,text/tab-separated-values,text/plain",
    onchange: (event) => event.target.files[0] && readFile(event.target.files[0]) });
  box.replaceChildren(
    ...(values.size ? scaleLegend(title, values) : []),
    ...(problems.length ? [make("details", { class: "overlay-problems", open: problems.length < 6 },
      make("summary", {}, `${plural(problems.length, "line")} could not be used`),
      make("ul", {}, problems.map((text) => make("li", {}, text))))] : []),
    make("details", { class: "own-values" }, make("summary", {}, "Colour by your own values"),
      make("p", { class: "quiet" },
        make("label", { for: "overlay-file" }, "Drop a table here (entity, tab, number), or choose it. It never leaves this machine. "),
        choose)),
  );
}

function scaleLegend(title, values) {
  const scale = scaleOf([...values.values()]);
  const steps = 24;
  const rects = Array.from({ length: steps }, (_, i) => {
    const value = scale.from + ((scale.to - scale.from) * i) / (steps - 1);
    return svg("rect", { x: i * 8, y: 0, width: 8.5, height: 12, fill: `rgb(${colourOf(value, scale).join(", ")})` });
  });
  const middle = (scale.from + scale.to) / 2;
  const ends = scale.from === scale.to ? [scale.to] : [scale.from, middle, scale.to];
  const sorted = [...values].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return [
    make("p", { class: "overlay-title" }, make("strong", {}, title), ` (your own values; ${plural(values.size, "entity has one", "entities have one")}, the others are not coloured) `,
      make("button", { class: "small", id: "overlay-off", onclick: () => takeOverlay({ title: "", values: new Map(), problems: [] }) }, "Remove")),
    make("div", { class: "scale" },
      svg("svg", { width: steps * 8, height: 12, "aria-hidden": "true" }, rects),
      make("div", { class: "ends" }, ends.map((value) => make("span", {}, printed(value, scale))))),
    make("details", {}, make("summary", {}, "All values"),
      make("ul", { class: "overlay-values" }, sorted.map(([entity, value]) =>
        make("li", {}, entityButton(entity), ` ${printed(value, scale)}`)))),
  ];
}

// One line under an exported figure.
export function overlayCaption() {
  if (!OVERLAY.values.size) return [];
  const scale = scaleOf([...OVERLAY.values.values()]);
  const [low, high] = scale.stops === DIVERGING ? ["purple", "orange"] : ["dark blue", "yellow"];
  return [`Colour of boxes: ${OVERLAY.title}, ${printed(scale.from, scale)} (${low}) to ${printed(scale.to, scale)} (${high}); own values, not from the graph`];
}

function readFile(file) {
  const reader = new FileReader();
  reader.addEventListener("load", () => takeOverlay(readOverlay(String(reader.result), file.name)));
  reader.addEventListener("error", () => takeOverlay({ title: file.name, values: new Map(), problems: [`${file.name} cannot be read.`] }));
  reader.readAsText(file);
}

export function wireOverlay() {
  byId("legend").append(make("div", { id: "overlay-box" }));
  const given = JSON.parse(byId("overlay").textContent);
  OVERLAY.title = given.title;
  for (const [id, value] of given.values) if (ENTITY_AT.has(id)) OVERLAY.values.set(ENTITY_AT.get(id), value);
  drawOverlay();
  const holdsFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!holdsFile(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file) readFile(file);
  });
}
