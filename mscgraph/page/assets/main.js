// From the address to the screen, and the wiring of everything that stays.

let last = { key: null };
let shown = { lines: [] }; // what is on the screen, for the exports

// What the filters let through: a flag for each finding, and the verdict of any line, reckoned when asked for.
function judgeAll(state) {
  const key = JSON.stringify([state.filters, state.contested]);
  if (last.key === key) return last;
  const missed = misses(state.filters);
  const flags = passing(state, missed);
  const known = new Map();
  const judged = (line) => {
    if (!known.has(line)) known.set(line, judge(LINES[line], flags));
    return known.get(line);
  };
  const hidden = flags.length - flags.reduce((sum, flag) => sum + flag, 0);
  last = { key, missed, flags, judged, hidden };
  return last;
}

function render() {
  const state = readState();
  const { flags, judged } = judgeAll(state);
  let picture = select(state);
  if (!pictureHolds(state, picture)) picture = widen(state, picture);
  const table = state.view === "table";
  byId("graph-view").hidden = table;
  byId("table-view").hidden = !table;
  for (const [id, on] of [["show-graph", !table], ["show-table", table]]) {
    byId(id).setAttribute("aria-pressed", String(on));
  }
  drawPanel(state, judged, flags);
  shown = table ? allWhenOpening(state, picture) : picture;
  if (table) drawTable(shown, judged);
  else {
    drawPicture(state, picture, judged);
    keepOneTabStop();
    if (drawn.fresh) fitCamera();
    drawn.fresh = false;
  }
  drawAnswer(state);
  drawFilters(state);
  drawHiddenCount(state);
  drawSummary(state, picture, judged);
  drawNotice(state);
  paintOverlay(state);
  document.documentElement.dataset.ready = location.hash || "#";
}

// The table of the opening view holds every relation: it needs no choice to stay readable.
function allWhenOpening(state, picture) {
  return answerFor(state) || state.focus !== null ? picture : { lines: LINES.map((line) => line.at) };
}

// A link to an entity or relation outside the picture draws its surroundings.
function widen(state, picture) {
  const focus = state.entity ?? LINES[state.line].cause;
  if (!LINES_OF[focus].length) return picture;
  const around = selectNeighbourhood({ ...state, focus, steps: 1 });
  if (state.line === null || around.lines.includes(state.line)) return around;
  const { cause, target } = LINES[state.line];
  return { ...around, entities: [...new Set([...around.entities, cause, target])], lines: [...around.lines, state.line] };
}

function drawSummary(state, picture, judged) {
  const visible = picture.lines.filter((line) => judged(line).verdict !== "hidden");
  const contradicting = visible.filter((line) => judged(line).verdict === "both").length;
  const parts = [plural(picture.entities.length, "entity", "entities"), plural(visible.length, "relation")];
  if (contradicting) parts.push(`${contradicting} contradicting`);
  const table = state.view === "table";
  const { hidden, flags } = judgeAll(state);
  const lost = hidden ? `Filters hide ${hidden} of ${plural(flags.length, "finding")}` : "";
  byId("summary").textContent = [lost, ...(table ? [] : [picture.note, parts.join(" · ")])].filter(Boolean).join(" – ");
  byId("whole").hidden = !(state.focus !== null || state.from !== null || state.all);
  byId("everything").hidden = table || !picture.cut || CONNECTED.length > MOST_POSSIBLE;
}

function drawNotice(state) {
  const notice = byId("gone");
  notice.hidden = !state.gone.length;
  notice.textContent = state.gone.length
    ? `This link leads to something that is gone: ${state.gone.join("; ")}.` : "";
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
  byId("show-graph").addEventListener("click", () => go({ view: "graph" }));
  byId("show-table").addEventListener("click", () => go({ view: "table" }));
  byId("whole").addEventListener("click", () => go({ focus: null, ...NO_PATHS, all: false }));
  byId("everything").addEventListener("click", () => go({ all: true }));
  byId("scene").addEventListener("click", onSceneClick);
  byId("scene").addEventListener("keydown", onSceneKey);
  byId("theme").addEventListener("click", nextTheme);
  byId("help").addEventListener("click", () => byId("help-box").showModal());
  wireExport();
  wireOverlay();
  wireCamera();
  document.addEventListener("keydown", onPageKey);
  window.addEventListener("hashchange", () => {
    render();
    if (readState().line !== null || readState().entity !== null) bringIntoView();
  });
  wirePathForm();
}

function bringIntoView() {
  const state = readState();
  const line = LINES[state.line];
  const elements = line
    ? [drawn.lines.get(state.line), drawn.boxes.get(line.cause), drawn.boxes.get(line.target)]
    : [drawn.boxes.get(state.entity)];
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

// The columns that the evidence panel reads are spread out, one at a time, while nobody waits for them.
const UNSPREAD = ["design", "system", "species", "via", "cell", "source", "priming", "significance", "method",
  "readout", "curation"];

function spreadWhenIdle() {
  if (!UNSPREAD.length) return;
  void FINDINGS[UNSPREAD.pop()];
  (window.requestIdleCallback ?? setTimeout)(spreadWhenIdle);
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
foldWhenIdle();
spreadWhenIdle();

// For those who open the console, and for the tests: the engine without the picture.
window.mscgraph = Object.freeze({ judged: (line) => judgeAll(readState()).judged(line), readEffect, supporting, disputing, gradeOf, isWalked, isReadout, fold, findEntities, findPaths, makeNetwork, searchPaths, countPaths, entities: ENTITIES, associations: ASSOCIATIONS, findings: FINDINGS, lines: LINES });
