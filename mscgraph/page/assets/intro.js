// What a newcomer reads first: what this is, how far it can be relied on, and three questions to begin with.

import { DATA, ENTITIES, FINDING_COUNT, LINES, PUBLICATIONS } from "./data.js";
import { byId, make, plural } from "./elements.js";
import { isContestedLine } from "./evidence.js";
import { go, noFilters } from "./state.js";

const TRIAL = "randomised trial";

/** @typedef {[words: string, changes: () => object]} Question */

/** @type {Question[]} */
const QUESTIONS = [...pathQuestion(), ...contestedQuestion(), ...trialQuestion()];

/**
 * How the best studied source acts on the cell that most is known of.
 * @returns {Question[]}
 */
function pathQuestion() {
  const roles = Object.keys(DATA.roles);
  const is = (entity, role) => roles[ENTITIES.role[entity]] === role;
  const found = LINES.filter(({ cause, target }) => is(cause, "source") && is(target, "cell"))
    .sort((a, b) => b.size - a.size || a.at - b.at)[0];
  if (!found) return [];
  const { cause, target } = found;
  return [[`By which paths does ${ENTITIES.name[cause]} act on ${ENTITIES.name[target]}?`, () => ({ from: cause, to: target, max: 2 })]];
}

/** @returns {Question[]} */
function contestedQuestion() {
  return LINES.some(isContestedLine)
    ? [["Where do findings contradict each other?", () => ({ contested: true })]] : [];
}

/** @returns {Question[]} */
function trialQuestion() {
  return DATA.findings.design.values.some(([, words]) => words === TRIAL)
    ? [["What was seen in randomised trials?", () => ({ filters: { ...noFilters(), design: [TRIAL] } })]] : [];
}

export function drawIntro(shown) {
  const place = byId("intro");
  place.hidden = !shown || !FINDING_COUNT;
  if (place.hidden || place.children.length) return;
  const { reviewed } = DATA;
  const review = reviewed ? `${reviewed} of ${FINDING_COUNT} reviewed by a person` : "curated by a program, not yet reviewed";
  const contradicting = LINES.filter(isContestedLine).length;
  place.append(
    make("p", {},
      make("strong", {}, `${plural(FINDING_COUNT, "finding")} from ${plural(PUBLICATIONS.id.length, "paper")}: `
        + "what acts on what, with the evidence for and against. "),
      make("span", { class: "quiet" },
        `${review} · ${plural(LINES.length, "relation")}, ${contradicting} with contradicting findings · data ${DATA.version} · CC BY 4.0`)),
    make("p", { class: "questions" },
      QUESTIONS.map(([words, changes]) => make("button", { class: "link", onclick: () => go(changes()) }, words))));
}
