// The filters: which findings pass, and how many each value of each kind would keep.
//
// A finding misses a kind's filter or not: one bit a kind. Few different values repeat, so whether one passes
// is asked once a value and looked up once a finding.

import {
  ASSOCIATION_OF, BEYOND, Column, DIRECTION, FINDING_COUNT, FINDINGS, GRADING, LINES, PART, VERDICTS,
} from "./data.js";
import { isContestedLine, judge } from "./evidence.js";

export const FACETS = [
  { id: "direction", label: "Direction of the finding" },
  { id: "grade", label: "Grade of its relation" },
  { id: "species", label: "Species" },
  { id: "system", label: "System" },
  { id: "design", label: "Study design" },
  { id: "source", label: "MSC source" },
  { id: "curation", label: "Curation" },
];
export const NOT_SAID = "not reported";

// The values that a finding has of each kind; several where several species or sources are given.
const orNotSaid = (values) => (values.length ? values : [NOT_SAID]);
const FACET_VALUES = {
  direction: DIRECTION.map((kind) => [VERDICTS[kind].label]),
  grade: new Column(GRADING.values.map(([letter]) => [letter]), Uint16Array.from(ASSOCIATION_OF, (a) => GRADING.codes[a])),
  species: FINDINGS.species.map(([, names]) => orNotSaid(names)),
  system: FINDINGS.system.map(([, words]) => [words || NOT_SAID]),
  design: FINDINGS.design.map(([, words]) => [words || NOT_SAID]),
  source: FINDINGS.source.map(orNotSaid),
  curation: FINDINGS.curation.map((words) => [words]),
};

/** The values of a filter. @param {string} id */
export const valuesOf = (id) => [...new Set(FACET_VALUES[id].values.flat())];

// A bit for each kind of filter that a finding misses: 0 passes. What lies outside the part of the graph that the
// page was made of never does.
const NEVER = 128;

function misses(filters) {
  const found = new Uint8Array(FINDING_COUNT);
  FACETS.forEach(({ id }, bit) => {
    if (!filters[id].length) return;
    const { values, codes } = FACET_VALUES[id];
    const missed = Uint8Array.from(values, (some) => (some.some((value) => filters[id].includes(value)) ? 0 : 1 << bit));
    for (let i = 0; i < codes.length; i += 1) found[i] |= missed[codes[i]];
  });
  for (const i of BEYOND) found[i] |= NEVER;
  return found;
}

// How many findings each value of each kind would keep, the other kinds' filters applied.
export function facetCounts(missed) {
  return FACETS.map(({ id }, bit) => {
    const { values, codes } = FACET_VALUES[id];
    const kept = new Uint32Array(values.length);
    const own = ~(1 << bit);
    for (let i = 0; i < codes.length; i += 1) if (!(missed[i] & own)) kept[codes[i]] += 1;
    const counts = new Map();
    values.forEach((some, code) => {
      for (const value of some) counts.set(value, (counts.get(value) ?? 0) + kept[code]);
    });
    return counts;
  });
}

// Which findings pass, as a flag for each.
function passing(state, missed) {
  const flags = new Uint8Array(FINDING_COUNT);
  for (let i = 0; i < flags.length; i += 1) flags[i] = missed[i] ? 0 : 1;
  if (!state.contested) return flags;
  for (const line of LINES) {
    if (!isContestedLine(line)) flags.fill(0, line.firstFinding, line.lastFinding);
  }
  return flags;
}

let lastFiltered = { key: "" };

// What the filters let through: a flag for each finding, and the verdict of any line, made when asked for. The
// same record as long as the filters are the same.
export function filtered(state) {
  const key = JSON.stringify([state.filters, state.contested]);
  if (lastFiltered.key === key) return lastFiltered;
  const missed = misses(state.filters);
  const flags = passing(state, missed);
  const known = new Map();
  const isWhole = flags.every(Boolean) && !state.contested;
  const judged = (line) => {
    if (!known.has(line)) known.set(line, judge(LINES[line], flags, isWhole));
    return known.get(line);
  };
  const size = flags.length - BEYOND.length;
  const hidden = size - flags.reduce((sum, flag) => sum + flag, 0);
  lastFiltered = { key, missed, flags, judged, hidden, size };
  return lastFiltered;
}

// The filters in words, with the part of the graph that the page was made of; nothing where there are none.
export function filtersInWords(state) {
  const picked = FACETS.filter(({ id }) => state.filters[id].length)
    .map(({ id, label }) => `${label}: ${state.filters[id].join(" or ")}`);
  if (state.contested) picked.push("only contradicting relations");
  return [PART, ...picked].filter(Boolean).join("; ");
}
