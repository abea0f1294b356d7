// What is said where there is nothing to show, and what to do next.

import { FINDING_COUNT } from "./data.js";
import { make, plural } from "./elements.js";
import { FACETS, filtered } from "./filters.js";
import { go, isFiltered, noFilters } from "./state.js";

/**
 * Why nothing is shown, with a way out for each filter.
 * @param {any} state
 * @returns {any[]}
 */
export function nothingShown(state) {
  if (!FINDING_COUNT) return ["This page holds no findings."];
  if (!isFiltered(state)) return ["Nothing curated joins these. Search for something else, or go back to the overview."];
  const { missed } = filtered(state);
  const without = FACETS.map(({ id, label }, bit) => ({
    id, words: `${label}: ${state.filters[id].join(" or ")}`, count: missed.filter((/** @type {number} */ flags) => (flags & ~(1 << bit)) === 0).length,
  })).filter(({ id }) => state.filters[id].length);
  return [
    make("p", {}, "Nothing here passes the filters. Next:"),
    make("ul", {},
      without.map(({ id, words, count }) => make("li", {}, make("button", {
        onclick: () => go({ filters: { ...state.filters, [id]: [] } }),
      }, `Leave out “${words}”`), ` ${plural(count, "finding")} pass then`)),
      make("li", {}, make("button", { onclick: () => go({ filters: noFilters(), contested: false }) }, "Show all findings"))),
  ];
}
