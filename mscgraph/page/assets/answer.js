// The answer of the path finder in words. The same answer as `mscgraph paths` gives.

import {
  aspectOf, DATA, disputing, ENTITIES, FINDINGS, GRADING, KIND, LINE_OF, LINES, OBJECT, predicateOf,
  PUBLICATION, SUBJECT, supporting, VERDICTS,
} from "./data.js";
import { byId, make, plural } from "./elements.js";
import { isContestedLine } from "./evidence.js";
import { conditionsInWords, fillPathForm } from "./path_form.js";
import { answerFor, lineOf } from "./selection.js";
import { go, MANY_PATHS, openLine } from "./state.js";

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
  place.replaceChildren();
  if (!answer) return;
  place.append(...answerInWords(state, answer));
}

function answerInWords(state, answer) {
  const [up, down, open] = answer.verdict;
  const total = up + down + open;
  const asked = `${ENTITIES.name[state.from]} to ${ENTITIES.name[state.to]}, at most ${plural(state.max, "step")}`;
  if (!total) {
    const none = answer.complete ? "No path" : "No path found before the search gave up";
    return [conditionsInWords(state), make("p", { id: "path-verdict" }, `${none} from ${asked}.`)];
  }
  const least = answer.complete ? "" : "at least ";
  const shown = answer.paths.length < total ? ` The ${answer.paths.length} best supported:` : "";
  return [
    conditionsInWords(state),
    make("p", { id: "path-verdict" },
      make("strong", {}, `${least}${plural(total, "path")}`), ` from ${asked}: `,
      `${up} net increase, ${down} net decrease, ${open} of unknown direction.${shown}`),
    make("p", { class: "quiet" }, "A product of signs is a hypothesis, not a finding."),
    make("ol", { class: "paths" }, routesOf(answer.paths).map((route) => routeItem(state, route))),
    answer !== DATA.start.answer && answer.paths.length >= state.k && answer.paths.length < total && state.k < MANY_PATHS[MANY_PATHS.length - 1]
      ? make("button", { id: "more-paths", onclick: () => go({ k: MANY_PATHS[MANY_PATHS.indexOf(state.k) + 1] }) }, "More paths")
      : "",
  ];
}

// Paths through the same entities, by different statements of effect, stand together: best first.
function routesOf(paths) {
  const routes = new Map();
  paths.forEach((path, i) => {
    const stops = [SUBJECT[path[0]], ...path.map((a) => OBJECT[a])];
    const key = stops.join(" ");
    if (!routes.has(key)) routes.set(key, { stops, members: [] });
    routes.get(key).members.push({ path, number: i + 1 });
  });
  return [...routes.values()];
}

function routeItem(state, { stops, members }) {
  const items = members.map(({ path, number }) => pathItem(state, path, number));
  const rest = items.slice(2);
  const open = members.slice(2).some(({ number }) => number === state.path);
  return make("li", {},
    make("strong", {}, stops.map((entity) => ENTITIES.name[entity]).join(" → ")),
    make("ul", { class: "variants" }, items.slice(0, 2)),
    rest.length
      ? make("details", { open }, make("summary", {}, `${plural(rest.length, "more path")} by this route`),
          make("ul", { class: "variants" }, rest))
      : null);
}

const SIGN_WORDS = { 1: "↑", [-1]: "↓", 0: "?" };

function pathItem(state, path, number) {
  const net = path.reduce((sign, a) => sign * KIND.get(a)[2], 1);
  const contested = path.filter((a) => disputing(a).length);
  const elsewhere = path.filter((a) => !contested.includes(a) && isContestedLine(LINES[LINE_OF[a]]));
  // One verdict a path: what stands on a contested step is undetermined, whatever the signs multiply to.
  const [kind, words] = contested.length
    ? ["both", `undetermined: ${plural(contested.length, "step")} contested`] : NET[net];
  const weakest = path.map((a) => GRADING.get(a)[0])
    .reduce((worst, g) => (DATA.letters.indexOf(g) > DATA.letters.indexOf(worst) ? g : worst));
  const rung = DATA.rungs[Math.min(...path.map((a) => GRADING.get(a)[2]))];
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
      ` · weakest grade ${weakest} · weakest evidence ${rung} · ${settingWords(path)}`),
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
