// In which settings a relation was seen, and what was seen there: only the settings that differ are columns.

import { DIRECTION, FINDINGS, VERDICTS } from "./data.js";
import { make, plural } from "./elements.js";

const MATRIX_SIDES = ["up", "down", "null"];
const MOST_DIFFERING = 3;
const MOST_SETTINGS = 10;

/** @type {[label: string, value: (finding: number) => string][]} in the order in which a reader asks */
const SETTINGS_ASKED = [
  ["species", (i) => FINDINGS.species.get(i)[1].join(" in ")],
  ["system", (i) => FINDINGS.system.get(i)[1]],
  ["source", (i) => FINDINGS.source.get(i).join(", ")],
  ["timing", (i) => FINDINGS.settings.timing?.get(i) ?? ""],
  ["state", (i) => FINDINGS.settings.object_state?.get(i) ?? ""],
  ["contact", (i) => FINDINGS.settings.contact?.get(i) ?? ""],
  ["dose", (i) => FINDINGS.settings.dose?.get(i) ?? ""],
];

/** A table of the settings of findings that say something for or against, where they differ. */
export function settingsMatrix(findings) {
  const said = findings.filter((i) => MATRIX_SIDES.includes(DIRECTION.get(i)));
  const differing = SETTINGS_ASKED.filter(([, value]) => new Set(said.map(value).filter(Boolean)).size > 1).slice(0, MOST_DIFFERING);
  if (said.length < 2 || !differing.length) return null;
  const rows = new Map();
  for (const i of said) {
    const cells = differing.map(([, value]) => value(i) || "–");
    const key = cells.join("\n");
    if (!rows.has(key)) rows.set(key, { cells, up: 0, down: 0, null: 0 });
    rows.get(key)[DIRECTION.get(i)] += 1;
  }
  const total = (row) => row.up + row.down + row.null;
  const sorted = [...rows.values()].sort((a, b) => total(b) - total(a) || (a.cells.join() < b.cells.join() ? -1 : 1));
  const head = make("tr", {},
    differing.map(([label]) => make("th", { scope: "col" }, label)),
    MATRIX_SIDES.map((side) => make("th", { scope: "col", class: `number verdict ${side}`, "aria-label": VERDICTS[side].label },
      VERDICTS[side].sign)));
  const body = sorted.slice(0, MOST_SETTINGS).map((row) => make("tr", {},
    row.cells.map((cell) => make("td", {}, cell)),
    MATRIX_SIDES.map((side) => make("td", { class: `number verdict ${side}` }, row[side] ? String(row[side]) : ""))));
  const rest = sorted.length - MOST_SETTINGS;
  return make("section", { class: "matrix" },
    make("h3", {}, "In which settings ", make("span", { class: "quiet" }, "– not reported")),
    make("table", {}, make("thead", {}, head), make("tbody", {}, body)),
    rest > 0 ? make("p", { class: "quiet" }, `and ${plural(rest, "more setting")} with fewer findings`) : null);
}
