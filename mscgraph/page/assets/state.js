// What is being looked at lives in the address, so that every view can be linked to and Back works.
//
// #view=table            the table instead of the graph; matrix, timeline, trials, compare
// &one=…&other=…         the two that are compared
// &entity=CL:0000899     the entity whose panel is open
// &line=a|b              the line whose panel is open, cause and target
// &focus=…&steps=2       the neighbourhood that is drawn
// &from=…&to=…&max=4&effect=decrease&k=90&path=2   the path finder, and the path that is picked
// &via=…&avoid=…&taxon=…&least=C                   its conditions; via and avoid as often as wanted
// &all=1                 everything, however many
// &species=mouse&species=rat&grade=A …          filters: OR within a kind, AND across kinds

import { DATA, ENTITIES, ENTITY_AT, lineBetween, LINES } from "./data.js";
import { FACETS, valuesOf } from "./filters.js";

/**
 * @typedef {object} State what the address asks for; entities and lines by their place in the columns
 * @property {string} view one of VIEWS
 * @property {number | null} one of two that are compared
 * @property {number | null} other
 * @property {number | null} entity whose panel is open
 * @property {number | null} line whose panel is open
 * @property {number | null} focus
 * @property {number} steps
 * @property {number | null} from
 * @property {number | null} to
 * @property {number} max
 * @property {string} effect
 * @property {number} k
 * @property {number[]} via
 * @property {number[]} avoid
 * @property {string} taxon
 * @property {string} least
 * @property {number | null} path that is picked, from 1
 * @property {boolean} all
 * @property {boolean} contested
 * @property {Record<string, string[]>} filters
 * @property {string[]} gone what the address asks for and this page does not hold
 */

/** @type {Record<string, string>} */
export const VIEWS = { graph: "Graph", table: "Table", matrix: "Matrix", timeline: "Timeline", trials: "Trials", compare: "Compare" };
export const MOST_STEPS = 8;
export const MANY_PATHS = [1, 10, 30, 90, 270];

export function readState(hash = location.hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const entity = (name) => ENTITY_AT.get(given.get(name) ?? "") ?? null;
  const several = (name) => given.getAll(name).flatMap((id) => ENTITY_AT.get(id) ?? []);
  /** @type {State} */
  const state = {
    view: Object.keys(VIEWS).find((view) => view === given.get("view")) ?? "graph",
    one: entity("one"),
    other: entity("other"),
    entity: entity("entity"),
    line: null,
    focus: entity("focus"),
    steps: given.get("steps") === "2" ? 2 : 1,
    from: entity("from"),
    to: entity("to"),
    max: Math.min(MOST_STEPS, Math.max(1, Number.parseInt(given.get("max") ?? "4", 10) || 4)),
    effect: ["increase", "decrease", "unknown"].find((effect) => effect === given.get("effect")) ?? "any",
    k: MANY_PATHS.find((k) => String(k) === given.get("k")) ?? 30,
    via: several("via"),
    avoid: several("avoid"),
    taxon: Object.keys(DATA.taxa).find((taxon) => taxon === given.get("taxon")) ?? "",
    least: DATA.letters.find((/** @type {string} */ letter) => letter === given.get("least")) ?? "",
    path: Number.parseInt(given.get("path") ?? "", 10) || null,
    all: given.get("all") === "1",
    contested: given.get("contested") === "1",
    filters: {},
    gone: [],
  };
  const [cause, target] = (given.get("line") ?? "").split("|").map((id) => ENTITY_AT.get(id));
  state.line = lineBetween(cause, target) ?? null;
  for (const facet of FACETS) state.filters[facet.id] = given.getAll(facet.id);
  state.gone = notTaken(given, state);
  return state;
}

const IDS = ["one", "other", "entity", "focus", "from", "to", "via", "avoid"];
const DEFAULTS = { view: "graph", steps: "1", max: "4", effect: "any", k: "30", all: "0", contested: "0" };

// What an address asks for and the state does not hold, in words: a link that is misspelt or of another page.
function notTaken(given, state) {
  const taken = new URLSearchParams(writeState(state).slice(1));
  return [...given].filter(([name, value]) => value && DEFAULTS[name] !== value
    && !(taken.getAll(name).includes(value) && (!(name in state.filters) || valuesOf(name).includes(value))))
    .map(([name, value]) => {
      if (name === "line") return `no relation ${value.replace("|", " to ")} is in this page`;
      return IDS.includes(name) && !ENTITY_AT.has(value) ? `${value} is not in this page` : `${name}=${value} says nothing here`;
    });
}

export function writeState(state) {
  const parts = new URLSearchParams();
  const put = (name, value) => value && parts.append(name, value);
  const id = (entity) => (entity === null ? "" : ENTITIES.id[entity]);
  put("view", state.view !== "graph" && state.view);
  put("one", id(state.one));
  put("other", id(state.other));
  put("focus", id(state.focus));
  put("steps", state.focus !== null && state.steps === 2 && "2");
  put("from", id(state.from));
  put("to", id(state.to));
  if (state.from !== null || state.to !== null) {
    put("max", state.max !== 4 && String(state.max));
    put("effect", state.effect !== "any" && state.effect);
    put("k", state.k !== 30 && String(state.k));
    for (const name of ["via", "avoid"]) for (const entity of state[name]) put(name, id(entity));
    put("taxon", state.taxon);
    put("least", state.least);
    put("path", state.path && String(state.path));
  }
  put("all", state.all && "1");
  put("contested", state.contested && "1");
  put("entity", id(state.entity));
  if (state.line !== null) {
    const { cause, target } = LINES[state.line];
    put("line", `${ENTITIES.id[cause]}|${ENTITIES.id[target]}`);
  }
  for (const facet of FACETS) for (const value of state.filters[facet.id]) put(facet.id, value);
  return `#${parts}`;
}

// Move on: the address changes, the browser keeps the step for Back, and hashchange draws it.
export function go(changes) {
  const next = { ...readState(), ...changes };
  const hash = writeState(next);
  if (hash !== location.hash && !(hash === "#" && location.hash === "")) location.hash = hash;
}

export const NO_PATHS = { from: null, to: null, path: null, via: [], avoid: [], taxon: "", least: "" };
export const openLine = (line) => go({ line, entity: null });
export const openEntity = (entity) => go({ entity, line: null });
export const noFilters = () => Object.fromEntries(FACETS.map((facet) => [facet.id, []]));
export const isFiltered = (state) => state.contested || FACETS.some((f) => state.filters[f.id].length > 0);
export const hasConditions = ({ via, avoid, taxon, least }) => via.length > 0 || avoid.length > 0 || taxon !== "" || least !== "";

// Everything that a path question asks, as values that can be compared.
export const pathConditions = ({ from, to, max, effect, k, via, avoid, taxon, least }) =>
  [from, to, max, effect, k, via.join(" "), avoid.join(" "), taxon, least];

// What the address does not hold (sorting, unfolded findings, own values) is drawn by asking for it.
let drawAgain = () => {};

export function onRedraw(draw) {
  drawAgain = draw;
}

export function redraw() {
  drawAgain();
}
