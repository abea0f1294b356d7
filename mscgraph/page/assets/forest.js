// Effect sizes with their intervals, drawn: only what a paper gives as a number with an interval.
//
// Numbers share an axis when they are of one named measure (OR, HR, β …) and unit; any other number has an axis
// of its own, for two scores cannot stand on one scale. A ± is a spread that papers give as SD or as SEM, and a
// count has no interval: both are listed as they were written.

import { FINDINGS, PUBLICATION, PUBLICATIONS } from "./data.js";
import { readEffect } from "./effect_sizes.js";
import { make, svg } from "./elements.js";

const NEUTRAL = { OR: 1, HR: 1, RR: 1, SMD: 0, WMD: 0, MD: 0, β: 0 };
const setting = (name, i) => FINDINGS.settings[name].get(i);

// What the findings of a relation give as effect, drawn and as a table; null where none gives any.
export function forest(findings) {
  const given = findings.filter((i) => setting("effect", i))
    .map((i) => ({ i, text: setting("effect", i), read: readEffect(setting("effect", i)) }));
  if (!given.length) return null;
  const drawable = given.filter(({ read }) => typeof read !== "string");
  const axes = new Map();
  for (const { i, read } of drawable) {
    for (const one of read) {
      const key = one.measure ? `${one.measure} ${one.unit}` : `${i}`;
      axes.set(key, [...(axes.get(key) ?? []), { ...one, i }]);
    }
  }
  return make("section", { class: "forest", "aria-labelledby": "forest-title" },
    make("h3", { id: "forest-title" }, "Effect sizes as reported"),
    [...axes.values()].map(forestAxis),
    given.filter(({ read }) => typeof read === "string").map(({ i, text, read }) =>
      make("p", { class: "quiet not-plottable" }, `Not plottable: ${text} – ${read} (${paperInShort(i)})`)),
    forestTable(given));
}

function paperInShort(i) {
  const paper = PUBLICATION[i];
  return [PUBLICATIONS.id[paper], PUBLICATIONS.year[paper]].filter(Boolean).join(", ");
}

const FOREST = { width: 340, left: 12, right: 328, row: 52 };

function forestAxis(rows) {
  const { measure, unit } = rows[0];
  const neutral = NEUTRAL[measure];
  const ends = [...rows.flatMap(({ low, high }) => [low, high]), ...(neutral === undefined ? [] : [neutral])];
  const isRatio = neutral === 1 && Math.min(...ends) > 0;
  const scale = isRatio ? Math.log : (value) => value;
  const [least, most] = [scale(Math.min(...ends)), scale(Math.max(...ends))];
  const at = (value) => FOREST.left + ((scale(value) - least) / (most - least || 1)) * (FOREST.right - FOREST.left);
  const bottom = rows.length * FOREST.row;
  const marks = rows.flatMap((row, n) => {
    const y = (n + 1) * FOREST.row - 11;
    return [
      svg("text", { class: "forest-name", x: FOREST.left, y: y - 25 }, `${paperInShort(row.i)}${row.arm ? ` · ${row.arm}` : ""}`),
      svg("text", { class: "forest-value", x: FOREST.left, y: y - 11 }, intervalWords(row)),
      svg("path", { class: "forest-range", d: `M${at(row.low)},${y}H${at(row.high)}M${at(row.low)},${y - 4}v8M${at(row.high)},${y - 4}v8` }),
      svg("rect", { class: "forest-point", x: at(row.estimate) - 4, y: y - 4, width: 8, height: 8 }),
    ];
  });
  const tick = (value, anchor) => svg("text", { class: "forest-tick", x: at(value), y: bottom + 14, "text-anchor": anchor }, String(value));
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  const inner = neutral !== undefined && neutral !== first && neutral !== last ? [tick(neutral, "middle")] : [];
  return make("figure", {},
    svg("svg", { viewBox: `0 0 ${FOREST.width} ${bottom + 20}`, "aria-hidden": "true" },
      neutral === undefined ? null : svg("path", { class: "forest-neutral", d: `M${at(neutral)},0V${bottom}` }),
      svg("path", { class: "forest-axis", d: `M${FOREST.left},${bottom}H${FOREST.right}` }),
      marks, tick(first, "start"), inner, first === last ? null : tick(last, "end")),
    make("figcaption", { class: "quiet" }, [measure, unit].filter(Boolean).join(", ") || "as the paper gives it",
      neutral === undefined ? "" : `; ${neutral} is no difference${isRatio ? ", logarithmic" : ""}`));
}

function intervalWords({ estimate, low, high, unit, level }) {
  return `${estimate}${unit} [${low} to ${high}]${level ? ` ${level}% CI` : " interval, kind not stated"}`;
}

function forestTable(given) {
  const head = ["Paper", "As written", "Estimate [interval]", "p", "n"];
  return make("details", {}, make("summary", {}, "The same as a table"),
    make("table", {},
      make("thead", {}, make("tr", {}, head.map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, given.map(({ i, text, read }) => make("tr", {},
        make("th", { scope: "row" }, paperInShort(i)),
        make("td", {}, text),
        make("td", {}, typeof read === "string" ? `not plottable: ${read}` : read.map(intervalWords).join("; ")),
        make("td", {}, setting("p_value", i) || "–"),
        make("td", {}, setting("n", i) || "–"))))));
}
