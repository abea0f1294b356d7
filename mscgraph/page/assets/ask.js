// The box that takes names and questions: what a question was understood as stands below it, part by part, each to be
// left out; what was not understood, with names that look like it; and what the page shows when it is asked.

import { DATA, ENTITIES, lineBetween, LINES_OF, VERDICTS } from "./data.js";
import { byId, copyText, make, say } from "./elements.js";
import { valuesOf } from "./filters.js";
import { NAMES } from "./lookup.js";
import { pieces } from "./names.js";
import { focusPanelNext } from "./panel.js";
import { Questions } from "./question.js";
import { go, NO_PATHS, noFilters } from "./state.js";

/** @typedef {import("./question.js").Understood} Understood */

/** @type {Questions | null} */
let questions = null;
/** @type {Understood | null} what stands in the box */
let asked = null;
let wasShown = false; // so that leaving a part out shows the rest

/** @param {string} text */
function understand(text) {
  questions ??= new Questions(NAMES, {
    species: valuesOf("species"), system: valuesOf("system"), design: valuesOf("design"), source: valuesOf("source"), grade: DATA.letters,
  }, pieces, { aspects: Object.values(DATA.aspects), stored: DATA.stored });
  return questions.understand(text);
}

/** Show what a text is understood as; whether it is a question at all. @param {string} text */
export function drawUnderstood(text) {
  asked = text.trim() ? understand(text) : null;
  if (!asked?.parts.length && !asked?.stored.length) asked = null;
  byId("asked").hidden = !asked;
  byId("asked").replaceChildren(...(asked ? elements(asked) : []));
  return asked;
}

export function forget() {
  wasShown = false;
  drawUnderstood("");
}

const inWords = ({ says, unknown }) => [says && `Understood: ${says}.`, ...unknown.map(({ text, why }) => `Not understood: “${text}”${why && ` ${why}`}.`)]
  .filter(Boolean).join(" ");

export const understoodInWords = () => (asked ? inWords(asked) : "");

/** @param {Understood} question */
function elements(question) {
  const { parts, unknown, stored, words, source, target, direction } = question;
  const chip = (part) => make("li", {}, make("button", {
    class: "small", "aria-label": `Leave out ${part.says}`, onclick: () => without([part, ...part.also ?? []]),
  }, `${part.says} ✕`), part.kind === "source" && (target !== null || direction) ? ` →${target === null ? " anything" : ""}` : "");
  const instead = ({ from, to }, entity) => make("button", {
    class: "link", onclick: () => retype([...words.slice(0, from), ENTITIES.name[entity], ...words.slice(to)]),
  }, ENTITIES.name[entity]);
  return [
    parts.length ? make("ul", { class: "parts", "aria-label": "What the question was understood as" },
      make("li", { class: "title" }, "Understood:"), source === null && target !== null && direction ? make("li", {}, "anything →") : null, parts.map(chip)) : null,
    ...unknown.map((one) => make("p", { class: "problem" }, `Not understood: “${one.text}”${one.why && ` ${one.why}`}. `,
      one.near.length ? "Did you mean " : "", one.near.flatMap((entity, i) => [i ? " or " : "", instead(one, entity)]), one.near.length ? "?" : "")),
    parts.length ? make("button", { id: "ask", onclick: () => show(question) }, unknown.length ? "Show without what was not understood" : "Show") : null,
    ...stored.map(({ name, title }) => make("p", { class: "quiet" }, `A stored question of the program: ${title}. `,
      make("button", { class: "small", onclick: () => copyText(`mscgraph query --name ${name}`, "The command is copied.") }, `Copy: mscgraph query --name ${name}`))),
  ].filter(Boolean);
}

/** @param {{ from: number, to: number }[]} places */
function without(places) {
  retype(asked?.words.filter((_, at) => !places.some(({ from, to }) => from <= at && at < to)) ?? []);
}

/** @param {string[]} words */
function retype(words) {
  const again = wasShown;
  byId("search").value = words.join(" ");
  byId("search").dispatchEvent(new Event("input"));
  byId("search").focus();
  if (again && asked && !asked.unknown.length) show(asked, { stays: true });
}

/** Ask what stands in the box; first what was not understood is said. */
export function ask() {
  if (!asked) return;
  if (!asked.unknown.length) show(asked);
  else (byId("asked").querySelector(".problem button") ?? byId("asked").querySelector("button")).focus();
}

// Who asks reads on in what is shown; who leaves a part out goes on in the box.
/** @param {Understood} question @param {{ stays?: boolean }} [options] */
function show(question, { stays = false } = {}) {
  wasShown = true;
  const changes = changesOf(question);
  const before = location.hash;
  const isInPanel = (changes.line ?? changes.entity) !== null;
  if (!stays && isInPanel) focusPanelNext();
  go(changes);
  say(`Shown: ${question.says}.`);
  const read = () => {
    const place = byId(changes.from === null ? "main" : "answer");
    place.focus({ preventScroll: true });
    place.scrollIntoView(); // on a small screen it stands far above the box
  };
  if (stays || isInPanel) return;
  if (location.hash === before) read();
  else window.addEventListener("hashchange", read, { once: true });
}

// A question is asked whole: what an earlier one filtered is gone.
/** @param {Understood} question */
function changesOf({ source, target, via, avoid, compared, direction, negated, filters, contested, view, max }) {
  const asked = { ...noFilters(), ...filters };
  const otherwise = { up: ["down", "null"], down: ["up", "null"], null: ["up", "down"] };
  const kinds = negated ? otherwise[direction] : [direction];
  const byDirection = { ...asked, direction: direction ? kinds.map((kind) => VERDICTS[kind].label) : [] };
  const blank = {
    ...NO_PATHS, from: /** @type {number | null} */ (null), effect: "any", max: 4, k: 30, one: null, other: null, focus: null, line: null, entity: null, all: false,
    view: view || "graph", contested, filters: asked,
  };
  if (compared.length) return { ...blank, one: compared[0], other: compared[1] };
  const one = source ?? target;
  if (one === null) return { ...blank, filters: byDirection };
  if (source === null || target === null) return { ...blank, filters: byDirection, entity: one, focus: LINES_OF[one].length ? one : null };
  const line = lineBetween(source, target);
  // what speaks against an effect is read where the two were tested together
  if ((negated || direction === "null") && line !== undefined) return { ...blank, line, filters: byDirection };
  const taxa = Object.keys(DATA.taxa).filter((taxon) => filters.species?.includes(DATA.taxa[taxon]));
  return {
    ...blank, from: source, to: target, via, avoid, max: max || 4, taxon: taxa.length === 1 ? taxa[0] : "",
    effect: negated ? "any" : { up: "increase", down: "decrease" }[direction] ?? "any",
  };
}
