// The side bar: search, filters, and what the filters hide.

import { ask, drawUnderstood, forget, understoodInWords } from "./ask.js";
import { DATA, ENTITIES, LINES_OF, VERDICTS } from "./data.js";
import { byId, make, plural } from "./elements.js";
import { FINDING_KINDS } from "./evidence.js";
import { facetCounts, FACETS, filtered, NOT_SAID } from "./filters.js";
import { findEntities, nearEntities } from "./lookup.js";
import { focusPanelNext } from "./panel.js";
import { drawn } from "./scene.js";
import { go, isFiltered, NO_PATHS, noFilters, readState, redraw } from "./state.js";

export function drawResults() {
  const input = byId("search");
  const list = byId("results");
  const text = input.value.trim();
  const exact = findEntities(text);
  const question = drawUnderstood(exact.length ? "" : text);
  const found = exact.length || question ? exact : nearEntities(text);
  const open = text !== "" && !question;
  list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  input.removeAttribute("aria-activedescendant");
  list.replaceChildren(...found.map(({ entity, matched }, i) => make("li", {
    role: "option", id: `result-${i}`, "data-entity": entity, "aria-selected": "false",
    onclick: () => chooseResult(entity),
  }, make("strong", {}, ENTITIES.name[entity]),
  make("span", { class: "quiet" },
    `${matched ? ` matched ${matched}` : ""} · ${plural(LINES_OF[entity].length, "relation")}`))));
  byId("search-said").textContent = !open ? understoodInWords() : exact.length ? plural(exact.length, "match", "matches")
    : `Nothing is called ${text}${found.length ? `; ${plural(found.length, "name")} nearly are` : ". Try a symbol, a synonym or an identifier"}.`;
  byId("search-said").classList.toggle("off", !open || exact.length > 0);
}

function chooseResult(entity) {
  byId("results").hidden = true;
  byId("search").setAttribute("aria-expanded", "false");
  focusPanelNext();
  const state = readState();
  const inPicture = drawn.boxes.has(entity);
  // a view that shows nothing of one entity is left
  const view = ["table", "timeline"].includes(state.view) ? state.view : "graph";
  const target = { entity, line: null, view, one: null, other: null };
  if (!inPicture && LINES_OF[entity].length) {
    Object.assign(target, { focus: entity, steps: 1, ...NO_PATHS, all: false });
  }
  go(target);
  if (state.entity === entity) redraw();
}

export function onSearchKey(event) {
  const list = byId("results");
  const options = [...list.children];
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!options.length) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = now < 0 ? (step > 0 ? 0 : options.length - 1) : (now + step + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === next)));
    event.target.setAttribute("aria-activedescendant", options[next].id);
    options[next].scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter") {
    const option = options[Math.max(now, 0)];
    if (!option) ask();
    else chooseResult(Number(option.dataset.entity));
  } else if (event.key === "Escape") {
    list.hidden = true;
    forget();
    event.target.setAttribute("aria-expanded", "false");
  } else return;
  event.preventDefault();
}

// -- filters ----------------------------------------------------------------------------------------

export function drawFilters(state) {
  const { missed } = filtered(state);
  const place = byId("facets");
  const counts = facetCounts(missed);
  const opened = new Set([...place.querySelectorAll("details[open]")].map((d) => d.dataset.kind));
  const first = !place.children.length;
  const focused = document.activeElement?.id;
  place.replaceChildren(...FACETS.map((facet, f) => {
    const picked = state.filters[facet.id];
    const values = [...counts[f].keys()].sort(compareValues(facet.id));
    for (const value of picked) if (!values.includes(value)) values.push(value);
    const open = opened.has(facet.id) || picked.length > 0 || (first && f < 3);
    return make("details", { open, "data-kind": facet.id },
      make("summary", {}, facet.label, picked.length ? ` (${picked.length})` : ""),
      make("div", { role: "group", "aria-label": facet.label },
        values.map((value, i) => checkbox(facet.id, value, i, picked, counts[f].get(value) ?? 0))));
  }));
  if (focused) byId(focused)?.focus({ preventScroll: true });
  byId("contested").checked = state.contested;
}

function compareValues(kind) {
  const order = {
    direction: FINDING_KINDS.map((kind) => VERDICTS[kind].label),
    grade: [...DATA.letters, "–"],
  }[kind];
  const last = (value) => (value === NOT_SAID ? 1 : 0);
  if (order) return (a, b) => order.indexOf(a) - order.indexOf(b);
  return (a, b) => last(a) - last(b) || a.localeCompare(b, "en");
}

function checkbox(kind, value, i, picked, count) {
  const toggle = (event) => {
    const filters = { ...readState().filters };
    filters[kind] = event.target.checked
      ? [...filters[kind], value]
      : filters[kind].filter((other) => other !== value);
    go({ filters });
  };
  const sign = kind === "direction"
    ? `${Object.values(VERDICTS).find((verdict) => verdict.label === value)?.sign ?? ""} ` : "";
  const meaning = kind === "grade" && DATA.meanings[value] ? ` – ${DATA.meanings[value]}` : "";
  return make("label", { class: "check" },
    make("input", { type: "checkbox", id: `f-${kind}-${i}`, value, checked: picked.includes(value), onchange: toggle }),
    make("span", {}, `${sign}${value === "–" ? "no grade" : value}${meaning}`),
    make("span", { class: "count" }, String(count)));
}

export function drawHiddenCount(state) {
  const { size, hidden } = filtered(state);
  const place = byId("hidden");
  place.replaceChildren(
    hidden ? `Filters hide ${hidden} of ${plural(size, "finding")}. ` : `All ${plural(size, "finding")} shown.`,
    ...(isFiltered(state)
      ? [make("button", { id: "show-all-findings", onclick: () => go({ filters: noFilters(), contested: false }) }, "Show all")]
      : []));
  place.classList.toggle("notice", hidden > 0);
}
