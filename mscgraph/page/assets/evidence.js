// Which findings of each line pass the filters, and what they say together.

import { ASSOCIATION_OF, DATA, DIRECTION, ENTITIES, GRADING, isCounted, KIND, VERDICTS } from "./data.js";
import { make, plural } from "./elements.js";
import { kindOf, markOf, meaningOf } from "./verdict.js";

export const FINDING_KINDS = Object.keys(VERDICTS).filter((kind) => kind !== "both" && kind !== "mixed");
export const LINE_ENDS = ["up", "down", "both", "mixed", "null", "open"]; // kinds whose line ends in a shape
const SUPPORTS = { both: ["up", "down"], mixed: ["up", "down", "open"] };

export function isContestedLine(line) {
  const { up, down } = wholeSides(line);
  return up > 0 && down > 0;
}

function tally(findings) {
  const found = Object.fromEntries(FINDING_KINDS.map((kind) => [kind, 0]));
  for (const i of findings) found[DIRECTION.get(i)] += 1;
  return found;
}

// How many findings of each kind a line has in the whole data, whatever the filters hide.
function wholeSides(line) {
  line.sides ??= tally(line.findings);
  return line.sides;
}

export function judge(line, flags, isWhole) {
  if (!line.findings.length && isWhole) return judgeStated(line);
  const shown = line.findings.filter((i) => flags[i]);
  const sides = tally(shown);
  const whole = wholeSides(line);
  const verdict = shown.length ? kindOf(sides) : "hidden";
  return {
    verdict,
    mark: markOf(verdict, whole),
    counts: sides,
    shown,
    hidden: line.size - shown.length,
    grade: bestGrade(verdict, shown),
    meaning: meaningOf(verdict, ENTITIES.more[line.target]),
  };
}

// What other sources state and no finding on the page is about: it has no setting, so any filter hides it.
function judgeStated(line) {
  const held = line.associations;
  const said = held.map((i) => KIND.get(i)[2]);
  const [up, down, open] = [1, -1, 0].map((sign) => said.filter((one) => one === sign).length);
  const verdict = kindOf({ ...tally([]), up, down, open });
  const letters = held.map((i) => GRADING.get(i)[0]);
  return {
    verdict,
    mark: "",
    counts: tally([]),
    shown: [],
    hidden: 0,
    grade: DATA.letters.find((letter) => letters.includes(letter)) ?? "–",
    meaning: meaningOf(verdict, ENTITIES.more[line.target]),
    stated: [...new Set(held.flatMap((i) => DATA.stated_by?.[i] ?? []))].join(", "),
  };
}

// The best grade among the relations that support the verdict and have a finding that passes: a strong null
// result does not thicken a weak effect.
function bestGrade(verdict, shown) {
  const supports = SUPPORTS[verdict] ?? [verdict];
  const letters = shown
    .filter((i) => isCounted(i) && supports.includes(DIRECTION.get(i)))
    .map((i) => GRADING.get(ASSOCIATION_OF[i])[0]);
  return DATA.letters.find((letter) => letters.includes(letter)) ?? "–";
}

// A mark that speaks against the verdict, rather than being its own sign.
export const disputes = ({ verdict, mark }) => mark !== "" && mark !== VERDICTS[verdict].sign;

// Whether the two directions of a contradicting line meet in one aspect, or only in different ones.
function contradictsInOneAspect(line) {
  const seen = new Map();
  for (const i of line.findings) {
    const direction = DIRECTION.get(i);
    if (direction !== "up" && direction !== "down") continue;
    const [, aspect] = KIND.get(ASSOCIATION_OF[i]);
    if ((seen.get(aspect) ?? direction) !== direction) return true;
    seen.set(aspect, direction);
  }
  return false;
}

export function verdictSentence(line, judged) {
  const { counts: sides, shown, verdict } = judged;
  if (judged.stated) return `Stated by ${judged.stated}; no finding on it is curated.`;
  if (!shown.length) return `All ${plural(line.size, "finding")} are hidden by the filters.`;
  const said = FINDING_KINDS.filter((kind) => sides[kind])
    .map((kind) => `${sides[kind]} ${VERDICTS[kind].label}`)
    .join(", ");
  let { label } = VERDICTS[verdict];
  let against = "";
  if (verdict === "both") {
    if (!contradictsInOneAspect(line)) label = "both directions, but of different aspects";
  } else against = counterEvidence(line, judged);
  const meaning = judged.meaning ? ` (${judged.meaning})` : "";
  return `${label[0].toUpperCase()}${label.slice(1)}${meaning}: of ${plural(shown.length, "finding")} shown ${said}${against}.`;
}

// What there is against a verdict outside the filters, or inside them without changing it.
function counterEvidence(line, { verdict, counts }) {
  const whole = wholeSides(line);
  const against = ["up", "down", "null"].filter((kind) => kind !== verdict && whole[kind]);
  const inside = against.filter((kind) => counts[kind])
    .map((kind) => `${plural(counts[kind], "finding")} of ${VERDICTS[kind].label}`);
  const outside = against.filter((kind) => whole[kind] > counts[kind])
    .map((kind) => `${plural(whole[kind] - counts[kind], "finding")} of ${VERDICTS[kind].label}`);
  return (inside.length && verdict !== "mixed" ? `; against it ${inside.join(", ")}` : "")
    + (outside.length ? `; outside the filters there are ${outside.join(", ")}` : "");
}

export const verdictText = (kind, meaning = "") =>
  make("span", { class: `verdict ${kind}` }, `${VERDICTS[kind].sign} ${VERDICTS[kind].label}${meaning ? ` (${meaning})` : ""}`);
