// Taking pictures and their evidence away: of the open relation or entity, of the view, or of everything that passes
// the filters; as SVG, PNG, TSV, RIS, BibTeX or CSL-JSON.

import {
  addressOfPaper, aspectOf, ASSOCIATION_OF, DIRECTION, ENTITIES, FINDINGS, GRADING, isCounted, LINE_OF, LINES,
  LINES_OF, OBJECT, PART, predicateOf, PUBLICATION, PUBLICATIONS, statementOf, SUBJECT, VERDICTS,
} from "./data.js";
import { drawAside } from "./draw.js";
import { byId, copyText, make, plural, save } from "./elements.js";
import { disputes, verdictSentence } from "./evidence.js";
import { pictureText, savePng } from "./figure.js";
import { filtered, filtersInWords } from "./filters.js";
import { wireMenu } from "./menu.js";
import { toBibtex, toCsl, toRis } from "./references.js";
import { drawn } from "./scene.js";
import { CONNECTED, MOST_POSSIBLE, passingLines } from "./selection.js";
import { readState, VIEWS } from "./state.js";
import { tableText } from "./views.js";

/**
 * @typedef {{ title: string, name: string[], lines: number[], entities: number[] | null, says: string,
 *   isView?: boolean }} Scope
 * what is taken away: its title in the menu, its part of file names, its lines, the boxes of its picture (null where
 * it is what is on the screen), what it says in words
 */

export function wireExport() {
  wireMenu(byId("export"), byId("export-menu"), fillMenu);
  byId("copy-link").addEventListener("click", () => copyText(location.href, "The link to this view is copied."));
}

/** @type {[label: string, words: string, run: (scope: Scope) => void][]} */
const FORMATS = [
  ["SVG", "picture", (scope) => save(fileName(scope, "svg"), "image/svg+xml", inPicture(scope, pictureText))],
  ["PNG", "picture, twice the size", (scope) => inPicture(scope, (says) => savePng(fileName(scope, "png"), says))],
  ["TSV", "findings", (scope) => save(fileName(scope, "tsv"), "text/tab-separated-values", findingsText(scope))],
  ["RIS", "papers", (scope) => save(fileName(scope, "ris"), "application/x-research-info-systems", toRis(papersOf(scope)))],
  ["BibTeX", "papers", (scope) => save(fileName(scope, "bib"), "application/x-bibtex", whatIsHidden() + toBibtex(papersOf(scope)))],
  ["CSL-JSON", "papers", (scope) => save(fileName(scope, "json"), "application/json", toCsl(papersOf(scope)))],
];

/** @type {[label: string, words: string, run: (scope: Scope) => void]} */
const AS_SHOWN = ["Table", "the table as shown", (scope) => save(fileName({ name: [...scope.name, "table"] }, "tsv"), "text/tab-separated-values",
  tableText(document.querySelector("#look:not([hidden]) table, #table-view:not([hidden]) table")))];

function fillMenu() {
  byId("export-menu").replaceChildren(...scopes().map((scope) => {
    const small = (scope.entities ?? []).length <= MOST_POSSIBLE;
    const item = ([label, words, run]) => make("button", {
      role: "menuitem", tabindex: "-1", title: `${label}: ${words}`, "aria-label": `${label}: ${words} of ${scope.title}`,
      onclick: () => run(scope),
    }, label);
    return make("div", { role: "group", "aria-label": scope.title },
      make("span", { class: "scope", "aria-hidden": "true" }, scope.title),
      FORMATS.filter(([, words]) => small || !words.startsWith("picture")).map(item),
      scope.isView && document.querySelector("#look:not([hidden]) table, #table-view:not([hidden]) table") ? item(AS_SHOWN) : null);
  }));
}

/** @returns {Scope[]} */
function scopes() {
  const state = readState();
  const { line, entity } = state;
  const found = [];
  const passing = passingLines(state);
  if (line !== null) {
    const { cause, target } = LINES[line];
    const names = [ENTITIES.name[cause], ENTITIES.name[target]];
    const says = `${names.join(" → ")}. ${verdictSentence(LINES[line], filtered(state).judged(line))}`;
    found.push({
      title: `this relation: ${names.join(" → ")}`, name: [names[0], "to", names[1]], lines: [line],
      entities: [...new Set([cause, target])], says,
    });
  } else if (entity !== null) {
    const lines = LINES_OF[entity].filter((at) => passing.includes(at));
    const title = `${plural(lines.length, "relation")} of ${ENTITIES.name[entity]}`;
    found.push({ title, name: ["around", ENTITIES.name[entity]], lines, entities: endsOf(lines), says: title });
  }
  const view = state.view === "graph" ? "this view" : `this ${VIEWS[state.view].toLowerCase()}`;
  const note = drawn.picture?.note ?? "";
  found.push({
    title: `${view}: ${plural(drawn.shown.length, "relation")}`, name: nameOfView(state), lines: drawn.shown,
    entities: state.view === "graph" || state.view === "timeline" ? null : endsOf(drawn.shown), says: note, isView: true,
  });
  const all = `${plural(passing.length, "relation")}${filtersInWords(state) ? " that pass the filters" : ""}`;
  found.push({
    title: `everything: ${all}`, name: ["all"], lines: passing,
    entities: passing.length === LINES.length ? CONNECTED : endsOf(passing), says: `All ${all}`,
  });
  return found;
}

const endsOf = (lines) => [...new Set(lines.flatMap((at) => [LINES[at].cause, LINES[at].target]))];

/** Do something while the scope's picture is the one that is drawn. @param {Scope} scope @param {(says: string) => any} act */
function inPicture({ entities, lines, says }, act) {
  if (entities === null) return act(says);
  return drawAside({ entities, lines, note: says }, filtered(readState()).judged, () => act(says));
}

function nameOfView(state) {
  if (state.view === "compare" && state.one !== null && state.other !== null) return [ENTITIES.name[state.one], "or", ENTITIES.name[state.other]];
  return [...(["graph", "table"].includes(state.view) ? [] : [state.view]), ...namesAsked(state)];
}

function namesAsked({ view, from, to, focus, line, entity, via, avoid }) {
  const names = (some) => some.map((/** @type {number} */ one) => ENTITIES.name[one]);
  if (view === "timeline" && line !== null) return [ENTITIES.name[LINES[line].cause], "to", ENTITIES.name[LINES[line].target]];
  if (from !== null && to !== null) {
    return [ENTITIES.name[from], "to", ENTITIES.name[to], ...(via.length ? ["via", ...names(via)] : []),
      ...(avoid.length ? ["without", ...names(avoid)] : [])];
  }
  const centre = focus ?? entity ?? (line === null ? null : LINES[line].cause);
  if (view === "matrix" || view === "trials") return [];
  return centre === null ? ["overview"] : ["around", ENTITIES.name[centre]];
}

// The name of a file carries what was asked: mscgraph-MSC-to-Th17-cell-human.svg
function fileName({ name }, ending) {
  const { filters, contested } = readState();
  const part = PART.replace(/ \([^()]*\)$/, "");
  const parts = ["mscgraph", ...name, part, ...Object.values(filters).flat(), contested ? "contradicting" : ""];
  const stem = parts.join("-").replace(/[^\p{L}\p{N}]+/gu, "-");
  return `${[...stem].slice(0, 90).join("").replace(/^-+|-+$/g, "")}.${ending}`;
}

// The findings of a scope, as they pass the filters.
function findingsOf({ lines }) {
  const { flags } = filtered(readState());
  return lines.flatMap((line) => LINES[line].findings.filter((i) => flags[i]));
}

const relationOf = (i) => filtered(readState()).judged(LINE_OF[ASSOCIATION_OF[i]]);

const relationWord = (judged) =>
  VERDICTS[judged.verdict].label + (disputes(judged) ? ` (${judged.mark} disputed)` : "");

/** @type {[column: string, value: (finding: number) => unknown][]} */
const TSV = [
  ["finding", (i) => FINDINGS.id[i]],
  ["cause", (i) => ENTITIES.name[SUBJECT[ASSOCIATION_OF[i]]]],
  ["cause_id", (i) => ENTITIES.id[SUBJECT[ASSOCIATION_OF[i]]]],
  ["predicate", (i) => predicateOf(ASSOCIATION_OF[i])],
  ["aspect", (i) => aspectOf(ASSOCIATION_OF[i])],
  ["target", (i) => ENTITIES.name[OBJECT[ASSOCIATION_OF[i]]]],
  ["target_id", (i) => ENTITIES.id[OBJECT[ASSOCIATION_OF[i]]]],
  ["direction", (i) => VERDICTS[DIRECTION.get(i)].label],
  ["counts", (i) => (isCounted(i) ? "yes" : "no")],
  ["grade", (i) => GRADING.get(ASSOCIATION_OF[i])[0]],
  ["species", (i) => FINDINGS.species.get(i)[1].join("|")],
  ["system", (i) => FINDINGS.system.get(i)[1]],
  ["study_design", (i) => FINDINGS.design.get(i)[1]],
  ["msc_source", (i) => FINDINGS.source.get(i).join("|")],
  ["significance", (i) => FINDINGS.significance.get(i)[1]],
  ["curation", (i) => FINDINGS.curation.get(i)],
  // A filter may leave one side of a relation in the file: these two tell that there is another.
  ["relation", (i) => relationWord(relationOf(i))],
  ["relation_findings_hidden", (i) => relationOf(i).hidden],
  ["filters", () => filtersInWords(readState())],
  ["statement", (i) => statementOf(i)],
  ["publication", (i) => PUBLICATIONS.id[PUBLICATION[i]]],
  ["url", (i) => addressOfPaper(PUBLICATION[i])],
];

function findingsText(scope) {
  const cell = (value) => {
    const text = String(value).replace(/[\t\r\n]+/g, " ");
    return /^[=+@]/.test(text) ? `'${text}` : text; // a spreadsheet must not take it for a formula
  };
  const rows = findingsOf(scope).map((i) => TSV.map(([, value]) => cell(value(i))).join("\t"));
  return `${[TSV.map(([name]) => name).join("\t"), ...rows].join("\n")}\n`;
}

const papersOf = (scope) => [...new Set(findingsOf(scope).map((i) => PUBLICATION[i]))].sort((a, b) => a - b);

function whatIsHidden() {
  const { hidden, size } = filtered(readState());
  const words = filtersInWords(readState()).replace(/[\r\n]+/g, " ");
  return words ? `% Filters hide ${hidden} of ${size} findings (${words}); papers that say otherwise may be among them.\n\n` : "";
}
