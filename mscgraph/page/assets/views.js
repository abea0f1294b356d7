// Other looks at the same findings: mediators by cells, findings by year, trials, two entities side by side. Each is a
// table that can be linked to and saved; what passes the filters makes it.

import {
  addressOfPaper, ASSOCIATION_OF, DATA, DIRECTION, ENTITIES, GRADING, LINE_OF, lineBetween, LINES, LINES_OF, PUBLICATION,
  PUBLICATIONS, ROLES, VERDICTS,
} from "./data.js";
import { byId, link, make, plural, svg } from "./elements.js";
import { disputes, verdictText } from "./evidence.js";
import { filtered } from "./filters.js";
import { entityCalled } from "./lookup.js";
import { answerFor, passingLines } from "./selection.js";
import { go, openEntity, openLine } from "./state.js";

/** @typedef {{ lines: number[], cut?: boolean, draw: () => any[] }} View the lines that it shows, and its elements */

/** @type {Record<string, (state: any, picture: any) => View>} */
const LOOKS = { matrix, timeline, trials, compare };

/** @param {any} state @param {any} picture @returns {View} */
export const lookAt = (state, picture) => LOOKS[state.view](state, picture);

const roleOf = (/** @type {number} */ entity) => ROLES[ENTITIES.role[entity]].id;

// -- mediators by cells -----------------------------------------------------------------------------

const MOST_ROWS_SHOWN = 30;
const MOST_COLUMNS_SHOWN = 16;

/** @returns {View} */
function matrix(state) {
  const { judged } = filtered(state);
  const all = passingLines(state).filter((at) => roleOf(LINES[at].cause) === "factor" && roleOf(LINES[at].target) === "cell");
  const ranked = (end, most) => {
    const count = new Map();
    for (const at of all) count.set(LINES[at][end], (count.get(LINES[at][end]) ?? 0) + judged(at).shown.length);
    const found = [...count].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([entity]) => entity);
    return state.all ? found : found.slice(0, most);
  };
  const [rows, columns] = [ranked("cause", MOST_ROWS_SHOWN), ranked("target", MOST_COLUMNS_SHOWN)];
  const lines = all.filter((at) => rows.includes(LINES[at].cause) && columns.includes(LINES[at].target));
  const cell = (row, column) => {
    const at = lineBetween(row, column);
    return make("td", {}, at === undefined || !lines.includes(at) ? "" : lineButton(at, judged(at)));
  };
  return {
    lines,
    cut: lines.length < all.length,
    draw: () => [
      make("h2", {}, "Mediators by target cells"),
      make("p", { class: "quiet" }, `${plural(lines.length, "relation")} of ${all.length}; a number counts the findings shown, an empty field has none.`),
      table("matrix-table", ["Mediator", ...columns.map((e) => ENTITIES.name[e])],
        rows.map((row) => [make("th", { scope: "row" }, entityLink(row)), ...columns.map((column) => cell(row, column))])),
    ],
  };
}

function lineButton(at, judged, words = "") {
  const { sign, label } = VERDICTS[judged.verdict];
  const mark = disputes(judged) ? ` ${judged.mark}` : "";
  const { cause, target } = LINES[at];
  const text = words || `${sign} ${judged.shown.length}${mark}`;
  return make("button", {
    class: `link verdict ${judged.verdict}`, "data-line": at, onclick: () => openLine(at),
    "aria-label": `${text}: ${ENTITIES.name[cause]} to ${ENTITIES.name[target]}, ${label}`,
  }, text);
}

const entityLink = (entity) => make("button", { class: "link", onclick: () => openEntity(entity) }, ENTITIES.name[entity]);

function table(name, head, rows) {
  return make("table", { id: name, class: "look" },
    make("thead", {}, make("tr", {}, head.map((text) => make("th", { scope: "col" }, make("span", {}, text))))),
    make("tbody", {}, rows.map((cells) => make("tr", {}, cells))));
}

// -- findings by year -------------------------------------------------------------------------------

const NO_YEAR = "no year";
const YEAR_SIDES = ["up", "down", "null"];

/** What the reader looks at: the open relation or entity, the routes or neighbourhood, or everything. */
function linesInQuestion(state, picture) {
  const passing = new Set(passingLines(state));
  if (state.line !== null) return [state.line].filter((at) => passing.has(at));
  if (state.entity !== null) return LINES_OF[state.entity].filter((at) => passing.has(at));
  return answerFor(state) || state.focus !== null ? picture.lines : [...passing];
}

/** @returns {View} */
function timeline(state, picture) {
  const { flags } = filtered(state);
  const lines = linesInQuestion(state, picture);
  const findings = lines.flatMap((at) => LINES[at].findings.filter((i) => flags[i]));
  const years = new Map();
  for (const i of findings) {
    const year = PUBLICATIONS.year[PUBLICATION[i]] || NO_YEAR;
    years.set(year, [...(years.get(year) ?? []), i]);
  }
  const sorted = [...years].sort(([a], [b]) => (a === NO_YEAR ? 1 : b === NO_YEAR ? -1 : Number(a) - Number(b)));
  const count = (some, test) => some.filter(test).length || "";
  const row = ([year, some]) => [
    make("th", { scope: "row" }, year),
    ...YEAR_SIDES.map((side) => make("td", { class: `number verdict ${side}` }, String(count(some, (i) => DIRECTION.get(i) === side)))),
    make("td", { class: "number" }, String(count(some, (i) => !YEAR_SIDES.includes(DIRECTION.get(i))))),
    ...DATA.letters.map((letter) => make("td", { class: "number" },
      String(count(some, (i) => GRADING.get(ASSOCIATION_OF[i])[0] === letter)))),
    make("td", { class: "number" }, String(new Set(some.map((i) => PUBLICATION[i])).size)),
  ];
  return {
    lines,
    draw: () => [
      make("h2", {}, `Findings by year: ${whatIsAsked(state)}`),
      make("p", { class: "quiet" }, `${plural(findings.length, "finding")} on ${plural(lines.length, "relation")}. Up: increase; down: decrease; circles: no significant effect.`),
      yearChart(sorted),
      table("timeline-table", ["Year", "↑ increase", "↓ decrease", "○ no significant effect", "other",
        ...DATA.letters.map((letter) => `grade ${letter}`), "papers"], [...sorted].reverse().map(row)),
    ],
  };
}

function whatIsAsked({ line, entity, from, to, focus }) {
  const name = (one) => ENTITIES.name[one];
  if (line !== null) return `${name(LINES[line].cause)} → ${name(LINES[line].target)}`;
  if (entity !== null) return `all relations of ${name(entity)}`;
  if (from !== null && to !== null) return `routes from ${name(from)} to ${name(to)}`;
  return focus === null ? "everything shown" : `around ${name(focus)}`;
}

// Years from left to right, also those without findings; increases above the axis, decreases below.
function yearChart(sorted) {
  const known = sorted.filter(([year]) => year !== NO_YEAR);
  if (!known.length) return null;
  const [first, last] = [Number(known[0][0]), Number(known.at(-1)[0])];
  const byYear = new Map(known.map(([year, some]) => [Number(year), some]));
  const tally = (year, side) => (byYear.get(year) ?? []).filter((i) => DIRECTION.get(i) === side).length;
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const most = (side) => Math.max(0, ...all.map((year) => tally(year, side)));
  const unit = Math.max(1, Math.min(12, 240 / (most("up") + most("down") || 1)));
  const [step, bar] = [34, 20];
  const axis = 24 + most("up") * unit;
  const [width, height] = [all.length * step + 20, axis + most("down") * unit + 62];
  const marks = all.flatMap((year, i) => {
    const x = 10 + i * step;
    const [up, down, none] = YEAR_SIDES.map((side) => tally(year, side));
    const words = (y, text, kind) => svg("text", { class: `verdict ${kind}`, x: x + bar / 2, y, "text-anchor": "middle" }, text);
    return [
      svg("rect", { class: "part up", x, y: axis - up * unit, width: bar, height: up * unit }),
      svg("rect", { class: "part down", x, y: axis, width: bar, height: down * unit }),
      up ? words(axis - up * unit - 4, `↑${up}`, "up") : null,
      down ? words(axis + down * unit + 13, `↓${down}`, "down") : null,
      none ? words(height - 22, `○${none}`, "null") : null,
      svg("text", { class: "year", x: x + bar / 2, y: height - 6, "text-anchor": "middle" }, String(year)),
    ];
  });
  return svg("svg", { id: "year-chart", width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    svg("path", { class: "axis", d: `M4,${axis}H${width - 4}` }), marks);
}

// -- trials -----------------------------------------------------------------------------------------

/** @returns {View} */
function trials(state) {
  const { flags } = filtered(state);
  const shown = DATA.trials.rows.filter(({ findings }) => findings.some((i) => flags[i]));
  const columns = DATA.trials.columns.filter((_, c) => shown.some(({ cells }) => cells[c]));
  const lines = [...new Set(shown.flatMap(({ findings }) => findings.map((i) => LINE_OF[ASSOCIATION_OF[i]])))].sort((a, b) => a - b);
  const at = new Map(DATA.trials.columns.map((name, i) => [name, i]));
  return {
    lines,
    draw: () => [
      make("h2", {}, "Trials and treated cohorts"),
      make("p", { class: "quiet" }, `${plural(shown.length, "trial")} of ${DATA.trials.rows.length} with a finding that passes the filters, each told whole; the strongest design first. Not seen: in most or all patients; the numbers are in the statements.`),
      table("trials-table", columns, shown.map(({ cells }) => columns.map((name, c) =>
        make(c ? "td" : "th", c ? {} : { scope: "row" }, name === "papers" ? papers(cells[at.get(name)]) : cells[at.get(name)])))),
    ],
  };
}

const papers = (ids) => ids.split(" ").flatMap((id) => {
  const paper = PUBLICATIONS.id.indexOf(id);
  return [paper < 0 ? id : link(addressOfPaper(paper), PUBLICATIONS.cited[paper]), " "];
});

// -- two entities -----------------------------------------------------------------------------------

/** @returns {View} */
function compare(state) {
  const { judged } = filtered(state);
  const two = [state.one, state.other];
  const passing = new Set(passingLines(state));
  const acts = (entity) => new Map((LINES_OF[entity ?? -1] ?? []).filter((at) => passing.has(at) && LINES[at].cause === entity)
    .map((at) => [LINES[at].target, at]));
  const [one, other] = two.map(acts);
  const targets = [...new Set([...one.keys(), ...other.keys()])];
  const kind = (side, target) => (side.has(target) ? judged(side.get(target)).verdict : "");
  const group = (target) => {
    const [a, b] = [kind(one, target), kind(other, target)];
    return !a || !b ? 2 : a === b ? 0 : 1;
  };
  const size = (target) => [one, other].reduce((sum, side) => sum + (side.has(target) ? judged(side.get(target)).shown.length : 0), 0);
  targets.sort((a, b) => group(a) - group(b) || size(b) - size(a) || a - b);
  const said = ["the same", "not the same", "of one alone"];
  const field = (side, target) => make("td", {}, side.has(target)
    ? [verdictText(kind(side, target), judged(side.get(target)).meaning), " ", 
      lineButton(side.get(target), judged(side.get(target)), plural(judged(side.get(target)).shown.length, "finding"))] : "–");
  const shared = targets.filter((target) => group(target) < 2).length;
  return {
    lines: targets.flatMap((target) => [one.get(target), other.get(target)]).filter((at) => at !== undefined).sort((a, b) => a - b),
    draw: () => [
      make("h2", {}, "Compare two"),
      compareForm(state),
      state.one === null || state.other === null
        ? make("p", {}, "Name two entities, such as MSC and MSC-EV, to see what each was found to act on.")
        : make("p", { class: "quiet" }, `${plural(targets.length, "target")}, ${shared} of both. Findings on the two themselves, not on their kinds.`),
      targets.length ? table("compare-table", ["Target", ENTITIES.name[state.one] ?? "–", ENTITIES.name[state.other] ?? "–", "Both"],
        targets.map((target) => [make("th", { scope: "row" }, entityLink(target)), field(one, target), field(other, target),
          make("td", { class: "quiet" }, said[group(target)])])) : null,
    ],
  };
}

function compareForm(state) {
  const input = (name, label) => [
    make("label", { for: `compare-${name}` }, label),
    make("input", { id: `compare-${name}`, list: "names", autocomplete: "off", value: state[name] === null ? "" : ENTITIES.name[state[name]] }),
  ];
  const submit = (event) => {
    event.preventDefault();
    const found = ["one", "other"].map((name) => entityCalled(byId(`compare-${name}`).value));
    const unknown = found.indexOf(null);
    if (unknown < 0) go({ one: found[0], other: found[1] });
    else {
      byId("compare-problem").textContent = `Nothing here, or several things, are called ${byId(`compare-${["one", "other"][unknown]}`).value || "nothing"}.`;
      byId(`compare-${["one", "other"][unknown]}`).focus();
    }
  };
  return make("form", { class: "row", onsubmit: submit }, input("one", "First"), input("other", "Second"),
    make("button", { type: "submit" }, "Compare"), make("p", { class: "problem", id: "compare-problem", role: "alert" }));
}

/** The table of a view as text: tabs between cells, a line a row. @param {any} element */
export function tableText(element) {
  const clean = (text) => text.replace(/\s+/g, " ").trim();
  return `${[...element.rows].map((row) => [...row.cells].map((cell) => clean(cell.textContent)).join("\t")).join("\n")}\n`;
}
