// The table: the same selection in rows, for reading, sorting and for those who do not see the picture.

import { ENTITIES, FINDINGS, LINES, VERDICTS } from "./data.js";
import { byId, make, plural } from "./elements.js";
import { disputes, verdictText } from "./evidence.js";
import { openLine, redraw } from "./state.js";

/** @type {{ id: string, label: string, title?: string, value: (row: any) => any }[]} */
const COLUMNS = [
  { id: "cause", label: "Cause", value: (row) => ENTITIES.name[row.line.cause] },
  { id: "verdict", label: "Effect", value: (row) => VERDICTS[row.verdict].label },
  { id: "target", label: "Target", value: (row) => ENTITIES.name[row.line.target] },
  { id: "up", label: "↑", title: "findings of an increase", value: (row) => row.counts.up },
  { id: "down", label: "↓", title: "findings of a decrease", value: (row) => row.counts.down },
  { id: "null", label: "○", title: "findings of no significant effect", value: (row) => row.counts.null },
  { id: "hidden", label: "hidden", title: "findings hidden by the filters", value: (row) => row.hidden },
  { id: "grade", label: "Best grade", value: (row) => row.grade },
  { id: "species", label: "Species", value: (row) => speciesOf(row.shown) },
];
const NUMBERS = new Set(["up", "down", "null", "hidden"]);
const ROWS_AT_ONCE = 200; // a table of thousands of rows takes seconds to lay out
const ORDER = new Intl.Collator("en");
let rowsShown = ROWS_AT_ONCE;
let sorting = { by: "cause", down: false };

// What the table shows besides the lines and filters.
export const tableOrder = () => [sorting, rowsShown];

function speciesOf(findings) {
  return [...new Set(findings.flatMap((i) => FINDINGS.species.get(i)[1]))].sort().join(", ");
}

// Texts are compared once for each different text, then rows by the place of theirs.
function tableRows(lines, judged) {
  const { value } = COLUMNS.find((c) => c.id === sorting.by) ?? COLUMNS[0];
  const rows = lines.map((line) => ({ line: LINES[line], ...judged(line) }))
    .filter((row) => row.verdict !== "hidden");
  const values = rows.map(value);
  if (NUMBERS.has(sorting.by)) rows.forEach((row, i) => (row.place = -values[i]));
  else {
    const places = new Map([...new Set(values)].sort(ORDER.compare).map((text, i) => [text, i]));
    rows.forEach((row, i) => (row.place = places.get(values[i])));
  }
  rows.sort((a, b) => a.place - b.place || a.line.at - b.line.at);
  return sorting.down ? rows.reverse() : rows;
}

export function drawTable(lines, judged) {
  const rows = tableRows(lines, judged);
  const head = COLUMNS.map((c) => make("th", {
    scope: "col",
    class: NUMBERS.has(c.id) ? "number" : null,
    "aria-sort": sorting.by === c.id ? (sorting.down ? "descending" : "ascending") : null,
  }, make("button", { id: `sort-${c.id}`, title: c.title ?? null, "aria-label": c.title ?? null, onclick: () => sortBy(c.id) },
    c.label, sorting.by === c.id ? (sorting.down ? " ▼" : " ▲") : "")));
  const more = () => {
    rowsShown += 5 * ROWS_AT_ONCE;
    redraw();
  };
  byId("rows-said").replaceChildren(...(rows.length > rowsShown
    ? [`The first ${rowsShown} of ${rows.length} relations. `, make("button", { id: "more-rows", onclick: more }, "Show more")]
    : [plural(rows.length, "relation")]));
  byId("table-head").replaceChildren(make("tr", {}, head, make("th", { scope: "col" }, "Evidence")));
  byId("table-body").replaceChildren(...rows.slice(0, rowsShown).map(tableRow));
}

function tableRow(row) {
  const cells = COLUMNS.map((c) => {
    const value = String(c.value(row));
    if (c.id === "cause") return make("th", { scope: "row" }, value);
    if (c.id !== "verdict") return make("td", { class: NUMBERS.has(c.id) ? "number" : null }, value);
    const mark = disputes(row) ? ` (${row.mark} disputed)` : "";
    return make("td", {}, verdictText(row.verdict, row.meaning), mark);
  });
  const name = `${ENTITIES.name[row.line.cause]} to ${ENTITIES.name[row.line.target]}`;
  return make("tr", { "data-line": row.line.at }, cells, make("td", {},
    make("button", { "aria-label": `Open the evidence: ${name}`, onclick: () => openLine(row.line.at) }, "Open")));
}

function sortBy(id) {
  sorting = { by: id, down: sorting.by === id && !sorting.down };
  redraw();
  byId(`sort-${id}`).focus();
}
