// From the address to the screen, and the wiring of everything that stays.

import { drawAnswer } from "./answer.js";
import { fitCamera, showInView, wireCamera } from "./camera.js";
import {
  ASSOCIATION_OF, DATA, disputing, ENTITIES, FINDINGS, isReadout, LINES, statementOf, supporting,
} from "./data.js";
import { wireExport } from "./downloads.js";
import { drawPicture, light, onSceneClick, onSceneHover, onSceneKey } from "./draw.js";
import { byId, make, plural } from "./elements.js";
import { wirePrint } from "./figure.js";
import { filtered, filtersInWords } from "./filters.js";
import { gradeOf } from "./grading.js";
import { drawIntro } from "./intro.js";
import { NAMES } from "./lookup.js";
import { addOwnValue, overlayValues, paintOverlay, wireOverlay } from "./overlay.js";
import { closePanel, drawPanel, sayKnown, shownHidden } from "./panel.js";
import { directTest, findPaths } from "./path_finder.js";
import { wirePathForm } from "./path_form.js";
import { drawn, keepOneTabStop } from "./scene.js";
import { answerFor, CONNECTED, MOST_POSSIBLE, select, tableLines } from "./selection.js";
import { nothingShown } from "./silence.js";
import { drawFilters, drawHiddenCount, drawResults, onSearchKey } from "./sidebar.js";
import { go, NO_PATHS, onRedraw, pathConditions, readState, VIEWS, writeState } from "./state.js";
import { drawTable, tableOrder } from "./table.js";
import { lookAt } from "./views.js";

/** @type {Map<string, unknown[]>} */
const drawnFrom = new Map();

/**
 * Draw a part of the page if something that it shows has changed since it was drawn.
 * @param {string} part
 * @param {unknown[]} inputs all that it shows
 * @param {() => void} draw
 */
function whenChanged(part, inputs, draw) {
  const before = drawnFrom.get(part);
  if (before && inputs.every((input, i) => input === before[i])) return;
  drawnFrom.set(part, inputs);
  draw();
}

function render() {
  const state = readState();
  const found = filtered(state);
  const { judged, flags } = found;
  const picture = select(state);
  const answer = answerFor(state);
  const { line, entity, path, view } = state;
  const [graph, table] = [view === "graph", view === "table"];
  const look = graph || table ? null : lookAt(state, picture);
  byId("graph-view").hidden = !graph;
  byId("table-view").hidden = !table;
  byId("look").hidden = !look;
  for (const button of byId("views").children) {
    const now = button.id === `show-${view}`;
    button.setAttribute("aria-pressed", String(now));
    button.setAttribute("tabindex", now ? "0" : "-1"); // one stop for Tab, arrows inside
  }
  drawIntro(writeState(state) === "#"); // like the answer before the picture is fitted to what is left
  whenChanged("legend", [answer === null], () => (byId("legend").open = answer === null)); // an answer needs its place
  whenChanged("answer", [answer, found, path, line, ...pathConditions(state)], () => drawAnswer(state));
  const own = overlayValues();
  whenChanged("panel", [line, entity, found, shownHidden(), own], () => {
    drawPanel(state, judged, flags);
    addOwnValue(state);
  });
  drawn.shown = look ? look.lines : table ? tableLines(state, picture) : picture.lines;
  if (look) whenChanged("look", [view, found, picture, line, entity, state.one, state.other, state.all], () => drawLook(look, view));
  else if (table) whenChanged("table", [drawn.shown, found, ...tableOrder()], () => drawTable(drawn.shown, judged));
  else {
    let fresh = false;
    whenChanged("picture", [picture, found], () => (fresh = drawPicture(picture, judged)));
    whenChanged("light", [picture, found, line, entity, path, answer], () => light(state));
    whenChanged("values", [picture, own], paintOverlay);
    keepOneTabStop();
    if (fresh) fitCamera();
  }
  whenChanged("empty", [picture, found, view, drawn.shown], () => {
    byId("empty").hidden = picture.entities.length > 0;
    byId("empty").replaceChildren(...(byId("empty").hidden ? [] : nothingShown(state)));
    if (table && !drawn.shown.length) byId("rows-said").replaceChildren(...nothingShown(state));
  });
  whenChanged("known", [picture, found, entity, view, own], () => sayKnown(state, judged));
  whenChanged("filters", [found], () => {
    drawFilters(state);
    drawHiddenCount(state);
  });
  whenChanged("summary", [picture, found, view, look?.cut], () => drawSummary(state, picture, judged, look));
  drawNotice(state);
  document.documentElement.dataset.ready = location.hash || "#";
}

// Where a row or button of a view had the focus, the drawn anew one of the same name has it.
function drawLook(look, view) {
  const place = byId("look");
  const held = place.contains(document.activeElement) ? document.activeElement : null;
  const name = held?.id || held?.getAttribute("aria-label");
  place.setAttribute("aria-label", VIEWS[view]);
  place.replaceChildren(...look.draw().filter(Boolean));
  if (name) [...place.querySelectorAll("[id], [aria-label]")].find((one) => one.id === name || one.getAttribute("aria-label") === name)?.focus();
}

function drawSummary(state, picture, judged, look) {
  const visible = picture.lines.filter((line) => judged(line).verdict !== "hidden");
  const contradicting = visible.filter((line) => judged(line).verdict === "both").length;
  const parts = [plural(picture.entities.length, "entity", "entities"), plural(visible.length, "relation")];
  if (contradicting) parts.push(`${contradicting} contradicting`);
  const table = state.view === "table";
  const { hidden, size } = filtered(state);
  const filters = filtersInWords(state);
  const lost = [filters && `Filter on: ${filters}`, hidden && `Filters hide ${hidden} of ${plural(size, "finding")}`]
    .filter(Boolean).join(". ");
  document.title = `${DATA.title}${filters ? ` – only ${filters}` : ""} – mscgraph`;
  byId("summary").textContent = [lost, ...(table || look ? [] : [picture.note, parts.join(" · ")])].filter(Boolean).join(" – ");
  byId("whole").hidden = !(state.focus !== null || state.from !== null || state.all);
  const cut = look ? look.cut : picture.cut;
  byId("everything").hidden = !cut || state.all || (state.view === "graph" && CONNECTED.length > MOST_POSSIBLE);
  byId("everything").textContent = state.view === "graph" ? "Draw all" : "List all";
}

function drawNotice(state) {
  const notice = byId("gone");
  notice.hidden = !state.gone.length;
  notice.textContent = state.gone.length
    ? `This link asks for what is gone or is no part of this page: ${state.gone.join("; ")}.` : "";
}

function wire() {
  // The hash holds the view, so what leads inside the page moves the focus and leaves the address.
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  byId("to-side").addEventListener("click", () => byId("search").focus());
  byId("search").addEventListener("input", drawResults);
  byId("search").addEventListener("keydown", onSearchKey);
  byId("clear-paths").addEventListener("click", () => go(NO_PATHS));
  byId("contested").addEventListener("change", (event) => go({ contested: event.target.checked }));
  byId("views").append(...Object.entries(VIEWS).filter(([view]) => view !== "trials" || DATA.trials.rows.length).map(([view, label]) =>
    make("button", { id: `show-${view}`, type: "button", "aria-pressed": "false", onclick: () => go({ view }) }, label)));
  byId("views").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const all = [...byId("views").children];
    if (step) all.at((all.indexOf(event.target) + step) % all.length)?.focus();
  });
  byId("whole").addEventListener("click", () => go({ focus: null, ...NO_PATHS, all: false }));
  byId("everything").addEventListener("click", () => go({ all: true }));
  byId("scene").addEventListener("click", onSceneClick);
  byId("scene").addEventListener("keydown", onSceneKey);
  byId("scene").addEventListener("pointerover", onSceneHover);
  byId("canvas").addEventListener("pointerleave", onSceneHover);
  byId("theme").addEventListener("click", nextTheme);
  byId("help").addEventListener("click", () => byId("help-box").showModal());
  wireExport();
  wireOverlay();
  wireCamera();
  wirePrint();
  document.addEventListener("keydown", onPageKey);
  window.addEventListener("hashchange", () => {
    render();
    if (readState().line !== null || readState().entity !== null) bringIntoView();
  });
  onRedraw(render);
  wirePathForm();
}

function bringIntoView() {
  const state = readState();
  const line = state.line === null ? null : LINES[state.line];
  const elements = line
    ? [drawn.lines.get(line.at), drawn.boxes.get(line.cause), drawn.boxes.get(line.target)]
    : [drawn.boxes.get(state.entity ?? -1)];
  if (state.view === "graph" && elements.every((element) => element?.isConnected)) showInView(...elements);
}

function onPageKey(event) {
  const typing = event.target.closest?.("input, select, textarea, dialog");
  if (event.key === "Escape" && !typing && !byId("panel").hidden) closePanel();
  else if (event.key === "/" && !typing) {
    event.preventDefault();
    byId("search").focus();
  }
}

function nextTheme() {
  const themes = ["auto", "light", "dark"];
  const root = document.documentElement;
  const next = themes[(themes.indexOf(root.dataset.theme ?? "auto") + 1) % 3];
  root.dataset.theme = next;
  byId("theme").textContent = `Theme: ${next}`;
}

// A page made around an entity or an answer opens on it.
function openingHash() {
  const { entity, answer } = DATA.start;
  if (answer) return writeState({ ...readState(""), from: answer.from, to: answer.to, max: answer.length });
  return entity === undefined ? "" : writeState({ ...readState(""), entity });
}

wire();
if (!location.hash && openingHash()) {
  // In a notebook's frame the page has no address that history may replace.
  if (location.protocol === "about:") location.hash = openingHash();
  else history.replaceState(null, "", openingHash());
}
render();
bringIntoView();
document.documentElement.dataset.interactive = String(Math.round(performance.now()));
NAMES.foldWhenIdle();

// For those who open the console, and for the tests: the data and the engine without the picture.
/** @type {any} */ (window).mscgraph = Object.freeze({
  entities: ENTITIES, associations: DATA.associations, findings: FINDINGS, lines: LINES,
  associationOf: ASSOCIATION_OF,
  judged: (/** @type {number} */ line) => filtered(readState()).judged(line),
  statementOf, supporting, disputing, gradeOf, isReadout, findPaths, directTest,
});
