// The picture as SVG: column heads, lines, boxes. Drawn anew when the selection changes; filters and
// selection only change classes, so boxes never move under the reader's eyes.

import { cameraMoved, showInView } from "./camera.js";
import { DATA, ENTITIES, LINES, LINES_OF, playsAs, ROLES, VERDICTS } from "./data.js";
import { byId, plural, svg } from "./elements.js";
import { disputes, LINE_ENDS } from "./evidence.js";
import { BOX_HEIGHT, boxWidth, placeSelection, short } from "./layout.js";
import { routeLines } from "./line_routes.js";
import { drawn, rove } from "./scene.js";
import { litLines } from "./selection.js";
import { go, NO_PATHS, openEntity, openLine, readState } from "./state.js";

const MARKED = ["both", "mixed", "up", "down", "null"];
const THIN = ["open", "correlation", "observation", "description", "void"];

// Marks are drawn, not written: no font is needed to see them in a figure opened elsewhere.
const UP = "M0,5V-4.5M-3.5,-1L0,-4.5L3.5,-1";
const MARK_SHAPES = {
  "±": () => [svg("path", { d: "M-4,-2H4M0,-6V2M-4,5H4" })],
  "○": () => [svg("circle", { r: 4 })],
  "◐": () => [svg("circle", { r: 4.4 }), svg("path", { class: "half", d: "M0,-4.4A4.4,4.4 0 0 0 0,4.4Z" })],
  "↑": () => [svg("path", { d: UP })],
  "↓": () => [svg("path", { d: UP, transform: "scale(1 -1)" })],
};
const MARK_RADIUS = 8;

export function drawPicture(picture, judged) {
  const visible = picture.lines.filter((line) => judged(line).verdict !== "hidden");
  const fresh = picture !== drawn.picture;
  if (fresh) {
    const places = placeSelection(picture);
    const { routes, trunks } = picture.entities.length ? routeLines(picture.lines, places) : { routes: new Map(), trunks: [] };
    Object.assign(drawn, { picture, places, routes, trunks, lines: new Map(), boxes: new Map(), bounds: null });
    byId("columns").replaceChildren(...columnHeads(places));
    byId("boxes").replaceChildren(...picture.entities.map(entityBox));
  }
  const held = focusedInScene();
  const marked = visible.filter((line) => judged(line).mark);
  const spots = markSpots(marked);
  const inOrder = [...visible.filter((line) => !judged(line).mark), ...marked]; // no line crosses out a mark
  byId("unlit").replaceChildren(...inOrder.map((line) => drawLine(line, judged(line), spots.get(line))));
  byId("trunks").replaceChildren(...drawn.trunks.map((trunk) => drawTrunk(trunk, judged)));
  byId("lit").replaceChildren();
  drawn.visible = visible;
  restoreFocus(held);
  return fresh;
}

/**
 * Do something with another picture than the one on the screen, which then stands there as before.
 * @param {any} picture
 * @param {(line: number) => any} judged
 * @param {() => any} act
 */
export function drawAside(picture, judged, act) {
  const places = ["columns", "unlit", "trunks", "lit", "boxes"].map((id) => ({ place: byId(id), held: [...byId(id).childNodes] }));
  const kept = { ...drawn };
  const [view, scene] = [byId("graph-view"), byId("scene")];
  const wasHidden = view.hidden;
  view.hidden = false;
  const looks = scene.getAttribute("class");
  scene.setAttribute("class", "still");
  try {
    drawPicture(picture, judged);
    return act();
  } finally {
    for (const { place, held } of places) place.replaceChildren(...held);
    Object.assign(drawn, kept);
    if (looks === null) scene.removeAttribute("class");
    else scene.setAttribute("class", looks);
    view.hidden = wasHidden;
  }
}

/** What the focused line or box stands for. @returns {DOMStringMap | undefined} */
function focusedInScene() {
  const found = document.activeElement?.closest("#scene [data-line], #scene [data-entity]");
  return /** @type {HTMLElement | null | undefined} */ (found)?.dataset;
}

// Drawing moves elements, which takes the keyboard's focus from them: it is given back.
function restoreFocus(held) {
  if (!held || document.activeElement?.closest("#scene")) return;
  const element = held.line !== undefined ? drawn.lines.get(Number(held.line)) : drawn.boxes.get(Number(held.entity));
  if (!element?.isConnected) return;
  rove(element);
  element.focus({ preventScroll: true });
}

function columnHeads(places) {
  const xs = new Map();
  let top = Infinity;
  for (const [entity, { x, y }] of places) {
    const role = ENTITIES.role[entity];
    xs.set(role, [...(xs.get(role) ?? []), x]);
    top = Math.min(top, y);
  }
  return [...xs].map(([role, all]) => {
    const x = (Math.min(...all) + Math.max(...all)) / 2;
    const words = wrap(ROLES[role].label, 16);
    const y = top - 34 - 14 * (words.length - 1);
    const spans = words.map((text, i) => svg("tspan", { x, dy: i ? 14 : 0 }, text));
    return svg("text", { class: "column-head", x, y }, spans);
  });
}

function wrap(text, most) {
  const rows = [""];
  for (const word of text.split(" ")) {
    const last = rows[rows.length - 1];
    if (last && last.length + word.length > most) rows.push(word);
    else rows[rows.length - 1] = `${last} ${word}`.trim();
  }
  return rows;
}

function entityBox(entity) {
  const { x, y } = drawn.places.get(entity);
  const name = ENTITIES.name[entity];
  const width = boxWidth(name);
  const role = ROLES[ENTITIES.role[entity]];
  const group = svg(
    "g",
    {
      class: `box role-${role.id}`,
      transform: `translate(${x - width / 2} ${y - BOX_HEIGHT / 2})`,
      role: "button",
      tabindex: "-1",
      // what is read aloud holds what is seen, also where that is shortened
      "aria-label": `${name}${short(name) === name ? "" : `, shown as ${short(name)}`}, ${playsAs(entity)}, ${plural(LINES_OF[entity].length, "relation")}`,
      "data-entity": entity,
    },
    svg("rect", { class: "frame", width, height: BOX_HEIGHT, rx: 4 }),
    svg("rect", { class: "stripe", width: 5, height: BOX_HEIGHT, rx: 2 }),
    svg("text", { x: width / 2 + 2, y: 17.5 }, short(name)),
    svg("title", {}, name),
  );
  drawn.boxes.set(entity, group);
  return group;
}

// A mark stands on its line as near to the arrow head as there is room between boxes and other marks.
function markSpots(lines) {
  const boxes = [...drawn.places].map(([entity, { x, y }]) => ({ x, y, half: boxWidth(ENTITIES.name[entity]) / 2 }));
  const spots = new Map();
  const taken = [];
  for (const line of lines) {
    const { along, middle } = drawn.routes.get(line);
    const room = (spot) => Math.min(
      ...taken.map((other) => Math.hypot(other.x - spot.x, other.y - spot.y)),
      ...boxes.map(({ x, y, half }) => MARK_RADIUS
        + Math.max(Math.abs(spot.x - x) - half, Math.abs(spot.y - y) - BOX_HEIGHT / 2)));
    const spot = along.find((one) => room(one) >= 2 * MARK_RADIUS) ?? middle;
    taken.push(spot);
    spots.set(line, spot);
  }
  return spots;
}

function drawLine(line, judged, spot) {
  const known = drawn.lines.get(line);
  const look = [judged.verdict, judged.mark, judged.grade, judged.shown.length, spot?.x, spot?.y].join(" ");
  if (known && known.dataset.look === look) return known;
  const { path } = drawn.routes.get(line);
  const { verdict, mark, grade } = judged;
  const width = THIN.includes(verdict) ? 1.1 : DATA.widths[grade] ?? 1.4;
  const label = lineLabel(LINES[line], judged);
  const group = svg(
    "g",
    { class: `line ${verdict}`, role: "button", tabindex: "-1", "aria-label": label, "data-line": line, "data-look": look },
    svg("path", { class: "hit", d: path }),
    svg("path", {
      class: "stroke",
      d: path,
      "stroke-width": width,
      "marker-end": LINE_ENDS.includes(verdict) ? `url(#end-${verdict})` : null,
    }),
    mark
      ? svg("g", { class: "mark", "data-mark": mark, transform: `translate(${spot.x} ${spot.y})` },
          svg("circle", { class: "ground", r: MARK_RADIUS }), MARK_SHAPES[mark]())
      : null,
    svg("title", {}, label),
  );
  drawn.lines.set(line, group);
  return group;
}

// One trunk a cause, with how many of its lines say what.
function drawTrunk({ entity, lines, path, from, words: right }, judged) {
  const counts = Object.entries(VERDICTS)
    .map(([kind, { sign }]) => ({ kind, sign, count: lines.filter((at) => judged(at).verdict === kind).length }))
    .filter(({ count, kind }) => count && MARKED.includes(kind));
  return svg("g", { class: "trunk", "data-entity": entity, "data-trunk": lines.length },
    svg("path", { class: "hit", d: path }),
    svg("path", { class: "stem", d: path }),
    svg("text", { x: right, y: from.y - BOX_HEIGHT / 2 - 5 },
      counts.map(({ kind, sign, count }, i) => svg("tspan", { class: `verdict ${kind}`, dx: i ? 6 : 0 }, `${sign}${count}`))),
    svg("title", {}, `${ENTITIES.name[entity]}: ${plural(lines.length, "relation")} here`));
}

function lineLabel(line, judged) {
  const cause = ENTITIES.name[line.cause];
  const target = ENTITIES.name[line.target];
  const grade = judged.grade === "–" ? "" : `, grade ${judged.grade}`;
  const mark = disputes(judged) ? ", other findings disagree" : "";
  const meaning = judged.meaning ? ` (${judged.meaning})` : "";
  return `${cause} ${VERDICTS[judged.verdict]?.sign ?? ""} ${target}: ${VERDICTS[judged.verdict]?.label ?? "hidden"}${meaning}${grade}${mark}, ${plural(judged.shown.length, "finding")}`;
}

/** @type {number | null} the box under the pointer */
let hovered = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let lingering;

/** Light the lines of a box that the pointer rests on, and what they lead to. @param {any} event */
export function onSceneHover(event) {
  const box = event.type === "pointerleave" || event.pointerType === "touch" ? null : event.target.closest("[data-entity]");
  const entity = box ? Number(box.dataset.entity) : null;
  clearTimeout(lingering);
  if (entity !== hovered) {
    lingering = setTimeout(() => {
      hovered = entity;
      light(readState());
    }, 60);
  }
}

// Light what stands out: the box under the pointer, else the picked path, or the line or entity whose panel is open.
export function light(state) {
  const { visible } = drawn;
  const held = focusedInScene();
  const lit = hovered !== null
    ? new Set(visible.filter((line) => LINES[line].cause === hovered || LINES[line].target === hovered))
    : litLines(state, visible);
  const named = new Set(state.line === null && state.entity !== null ? [state.entity] : []);
  const touched = new Set(named);
  const connected = new Set();
  for (const line of visible) {
    const { cause, target } = LINES[line];
    connected.add(cause).add(target);
    if (lit?.has(line)) touched.add(cause).add(target);
  }
  byId("scene").classList.toggle("some-lit", lit !== null);
  for (const line of visible) {
    const element = drawn.lines.get(line);
    element.classList.toggle("lit", Boolean(lit?.has(line)));
    element.setAttribute("aria-pressed", String(state.line === line));
    // Lit lines stand in a group of their own above the rest, which fades as one: a hundred lines that fade one
    // by one take a tenth of a second to paint.
    const group = byId(lit?.has(line) ? "lit" : "unlit");
    if (element.parentNode !== group) group.append(element);
  }
  for (const trunk of byId("trunks").children) trunk.classList.toggle("lit", touched.has(Number(trunk.dataset.entity)));
  for (const [entity, element] of drawn.boxes) {
    element.classList.toggle("lit", touched.has(entity));
    element.classList.toggle("picked", named.has(entity) || isEnd(state, entity));
    element.classList.toggle("alone", !connected.has(entity));
    element.setAttribute("aria-pressed", String(state.entity === entity));
  }
  restoreFocus(held);
}

function isEnd(state, entity) {
  if (state.line === null) return false;
  return LINES[state.line].cause === entity || LINES[state.line].target === entity;
}

// -- keyboard: one stop for Tab, arrows from box to box, L from line to line of the box ----------------

function focusOn(element) {
  if (!element) return;
  rove(element);
  element.focus({ preventScroll: true });
  showInView(element);
}

function nearestBox(from, key) {
  const here = drawn.places.get(from);
  const sideways = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  /** @type {number | null} */
  let best = null;
  let least = Infinity;
  for (const [entity, { x, y }] of drawn.places) {
    const along = sign * (sideways ? x - here.x : y - here.y);
    const across = Math.abs(sideways ? y - here.y : x - here.x);
    if (along <= 0 || (!sideways && across > 60)) continue;
    const far = along + across * (sideways ? 1.5 : 4);
    if (far < least) [best, least] = [entity, far];
  }
  return best === null ? null : drawn.boxes.get(best);
}

function nextLine(element, step) {
  const entity = element.dataset.entity ?? element.dataset.of;
  if (entity === undefined) return null;
  const own = LINES_OF[entity].filter((line) => drawn.lines.get(line)?.isConnected);
  if (!own.length) return null;
  const now = own.indexOf(Number(element.dataset.line ?? -1));
  const next = drawn.lines.get(own[(now + step + own.length) % own.length]);
  next.dataset.of = entity;
  return next;
}

export function onSceneKey(event) {
  const element = event.target.closest("[data-entity], [data-line]");
  if (!element || event.ctrlKey || event.metaKey || event.altKey) return;
  const { entity, line } = element.dataset;
  if (event.key === "Enter" || event.key === " ") {
    if (line !== undefined) openLine(Number(line));
    else openEntity(Number(entity));
  } else if (event.key.startsWith("Arrow")) {
    const base = entity ?? element.dataset.of ?? LINES[line].cause;
    focusOn(line !== undefined ? drawn.boxes.get(Number(base)) : nearestBox(Number(base), event.key));
  } else if (event.key === "l" || event.key === "L") {
    focusOn(nextLine(element, event.shiftKey ? -1 : 1));
  } else if (event.key === "f") {
    if (entity !== undefined) go({ focus: Number(entity), steps: 1, ...NO_PATHS });
  } else return;
  event.preventDefault();
}

export function onSceneClick(event) {
  const element = event.target.closest("[data-entity], [data-line]");
  if (!element || cameraMoved()) return;
  rove(element);
  if (element.dataset.line !== undefined) openLine(Number(element.dataset.line));
  else openEntity(Number(element.dataset.entity));
}
