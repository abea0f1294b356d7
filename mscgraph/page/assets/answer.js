// The answer of the path finder in words: the direct test, then the routes that one study demonstrated, then those put
// together from several. The same answer as `mscgraph paths` gives.

import {
  aspectOf, ASSOCIATION_OF, DATA, disputing, ENTITIES, FINDINGS, GRADING, KIND, LINE_OF, lineBetween, LINES, OBJECT,
  predicateOf, PUBLICATION, supporting, VERDICTS,
} from "./data.js";
import { byId, make, plural } from "./elements.js";
import { FINDING_KINDS, isContestedLine } from "./evidence.js";
import { filtered } from "./filters.js";
import { figureButton } from "./figure_command.js";
import { directTest } from "./path_finder.js";
import { conditionsInWords, fillPathForm } from "./path_form.js";
import { answerFor, lineOf } from "./selection.js";
import { go, hasConditions, MANY_PATHS, MOST_STEPS, NO_PATHS, openLine } from "./state.js";

const NET = {
  1: ["up", "net increase"],
  [-1]: ["down", "net decrease"],
  0: ["open", "net direction unknown"],
};

export function drawAnswer(state) {
  const answer = answerFor(state);
  const place = byId("answer");
  fillPathForm(state);
  byId("clear-paths").hidden = answer === null;
  place.hidden = answer === null;
  place.replaceChildren(...(answer ? answerInWords(state, answer).filter(Boolean) : []));
}

function answerInWords(state, answer) {
  const [up, down, open] = answer.verdict;
  const total = up + down + open;
  const asked = `${ENTITIES.name[state.from]} to ${ENTITIES.name[state.to]}, at most ${plural(state.max, "step")}`;
  const direct = directInWords(state);
  if (!total) {
    const none = answer.complete ? "No path" : "No path found before the search gave up";
    return [
      conditionsInWords(state), direct, make("p", { id: "path-verdict" }, `${none} from ${asked}.`),
      make("p", { class: "buttons", id: "next-steps" }, nextSteps(state)),
    ];
  }
  const least = answer.complete ? "" : "at least ";
  const shown = answer.routes.filter(({ mediator }) => mediator !== null);
  const stitched = answer.routes.filter(({ mediator }) => mediator === null);
  const numbers = pathNumbers(answer.routes);
  const list = (routes) => make("ol", { class: "paths" }, routes.map((route) => routeItem(state, route, numbers)));
  return [
    conditionsInWords(state),
    direct,
    make("p", { id: "figure-of-this" }, figureButton(state.from, state.to)),
    make("p", { id: "path-verdict" },
      make("strong", {}, `${least}${plural(total, "path")}`), ` from ${asked}: `,
      `${up} net increase, ${down} net decrease, ${open} of unknown direction. `,
      make("span", { class: "quiet" }, "A product of signs is a hypothesis, not a finding.")),
    shown.length ? make("h3", {}, `Demonstrated in one study (${shown.length})`) : null,
    shown.length ? list(shown) : null,
    stitched.length ? make("h3", {}, `Put together from several studies (${stitched.length})`) : null,
    stitched.length ? list(stitched) : null,
    answer !== DATA.start.answer && answer.routes.length >= state.k && state.k < MANY_PATHS[MANY_PATHS.length - 1]
      ? make("button", { id: "more-paths", onclick: () => go({ k: MANY_PATHS[MANY_PATHS.indexOf(state.k) + 1] }) }, "More routes")
      : null,
  ];
}

// Where no path was found: what to ask instead.
function nextSteps(state) {
  const { from, to, max, effect } = state;
  return [
    max < MOST_STEPS ? make("button", { onclick: () => go({ max: max + 1 }) }, `Allow ${max + 1} steps`) : null,
    effect === "any" ? null : make("button", { onclick: () => go({ effect: "any" }) }, "Allow any net effect"),
    hasConditions(state)
      ? make("button", { onclick: () => go({ via: [], avoid: [], taxon: "", least: "" }) }, "Drop the conditions") : null,
    make("button", { onclick: () => go({ ...NO_PATHS, focus: from, entity: from }) }, `What ${ENTITIES.name[from]} acts on`),
    make("button", { onclick: () => go({ ...NO_PATHS, focus: to, entity: to }) }, `What acts on ${ENTITIES.name[to]}`),
    make("button", { onclick: () => go({ from: to, to: from }) }, `From ${ENTITIES.name[to]} to ${ENTITIES.name[from]}`),
  ];
}

// What was tested of the two ends themselves, all sides with their counts; never left out.
function directInWords(state) {
  const { from, to, taxon } = state;
  const found = directTest(from, to, taxon, filtered(state).flags);
  const sides = [...found].sort(([one], [other]) => FINDING_KINDS.indexOf(one) - FINDING_KINDS.indexOf(other));
  const lines = [...found.values()].flatMap(({ inside, outside }) => [...inside, ...outside]).map((i) => LINE_OF[ASSOCIATION_OF[i]]);
  const exact = lineBetween(from, to) ?? lines[0];
  const words = ([kind, { inside, outside }]) => [
    make("span", { class: `verdict ${kind}` }, `${VERDICTS[kind].sign} ${inside.length} ${VERDICTS[kind].label}`),
    outside.length ? ` (${outside.length} more outside the filter)` : ""];
  return make("p", { id: "direct-test" },
    make("strong", {}, "Direct test: "),
    ...(sides.length ? sides.flatMap((side, n) => [n ? ", " : "", ...words(side)]) : ["none curated"]),
    sides.length ? " " : ".",
    sides.length ? make("button", { class: "link", onclick: () => openLine(exact) }, "See the findings") : null);
}

// The number of every path as the address counts them, route by route.
function pathNumbers(routes) {
  const numbers = new Map();
  for (const { paths } of routes) for (const path of paths) numbers.set(path, numbers.size + 1);
  return numbers;
}

function routeItem(state, { entities, paths, shown, counts }, numbers) {
  const items = paths.map((path, i) => pathItem(state, path, numbers.get(path), i < shown));
  const rest = items.slice(1);
  const open = paths.slice(1).some((path) => numbers.get(path) === state.path);
  const total = counts.reduce((sum, n) => sum + n, 0);
  return make("li", {},
    make("strong", {}, entities.map((entity) => ENTITIES.name[entity]).join(" → ")),
    make("ul", { class: "variants" }, items.slice(0, 1)),
    rest.length
      ? make("details", { open },
          make("summary", {}, `${plural(total - 1, "more path")} by this route${total > paths.length ? `, the best ${rest.length}` : ""}`),
          make("ul", { class: "variants" }, rest))
      : null);
}

const SIGN_WORDS = { 1: "↑", [-1]: "↓", 0: "?" };

function pathItem(state, path, number, isShown) {
  const net = path.reduce((sign, a) => sign * KIND.get(a)[2], 1);
  const contested = path.filter((a) => disputing(a).length);
  const elsewhere = path.filter((a) => !contested.includes(a) && isContestedLine(LINES[LINE_OF[a]]));
  // One verdict a path: what stands on a contested step is undetermined, whatever the signs multiply to.
  const [kind, words] = contested.length
    ? ["both", `undetermined: ${plural(contested.length, "step")} contested`] : NET[net];
  const weakest = path.map((a) => GRADING.get(a)[0])
    .reduce((worst, g) => (DATA.letters.indexOf(g) > DATA.letters.indexOf(worst) ? g : worst));
  const level = DATA.evidence_levels[Math.min(...path.map((a) => GRADING.get(a)[2]))];
  const pick = () => go({ path: state.path === number ? null : number, line: null, entity: null, view: "graph" });
  return make("li", { class: state.path === number ? "path picked" : "path" },
    make("button", { class: "link", "aria-pressed": String(state.path === number), onclick: pick },
      make("span", { class: `verdict ${kind}` }, `${VERDICTS[kind].sign} ${words}`)),
    contested.length && net
      ? make("span", { class: "quiet" }, ` (the signs alone multiply to ${SIGN_WORDS[net]})`)
      : null,
    elsewhere.length
      ? make("span", { class: "quiet" }, ` · ${plural(elsewhere.length, "step")} contradicted in other aspects`)
      : null,
    make("span", { class: "quiet" },
      ` · weakest grade ${weakest} · weakest evidence ${level}${isShown ? "" : ` · ${settingWords(path)}`}`),
    make("p", { class: "steps" }, path.map((a) => make("button", {
      class: "small", onclick: () => openLine(lineOf(a)),
    }, `${SIGN_WORDS[KIND.get(a)[2]]} ${ENTITIES.name[OBJECT[a]]}: ${predicateOf(a)}, ${aspectOf(a)}`))));
}

// Whether one paper, or one species, covers all steps, or the path was stitched across species.
function settingWords(path) {
  const common = (values) => path
    .map((a) => new Set(supporting(a).flatMap(values)))
    .reduce((all, some) => new Set([...all].filter((value) => some.has(value))));
  if (common((i) => [PUBLICATION[i]]).size) return "one paper covers all steps";
  const species = common((i) => FINDINGS.species.get(i)[1]);
  return species.size ? `all steps in ${[...species].join(", ")}` : "no species covers all steps";
}
