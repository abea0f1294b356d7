// Grades as mscgraph/graph/grading.py gives them, for questions that let only some findings support a step.

import { DATA, FINDINGS, PUBLICATION, PUBLICATIONS } from "./data.js";

/** Python's round(): a half goes to the even neighbour. @param {number} value */
function roundHalfEven(value) {
  const low = Math.floor(value);
  const over = value - low;
  if (over !== 0.5) return Math.round(value);
  return low % 2 ? low + 1 : low;
}

/** @param {number[]} findings */
function independentStudies(findings) {
  const studies = new Set();
  for (const i of findings) {
    const [, , isSecondary] = DATA.rubric.designs[FINDINGS.design.get(i)[0]];
    if (!isSecondary) studies.add(FINDINGS.cohort.get(i) || PUBLICATIONS.id[PUBLICATION[i]]);
  }
  return studies.size;
}

/**
 * Letter and cost of findings for and against; null where nothing supports.
 * @param {number[]} pro
 * @param {number[]} contra
 * @returns {{ letter: string, cost: number } | null}
 */
export function gradeOf(pro, contra) {
  if (!pro.length) return null;
  const { letters, significance, studies, disputed } = DATA.rubric;
  const least = (/** @type {number[]} */ values) => values.reduce((low, value) => Math.min(low, value), Infinity);
  let cost = least(pro.map((i) => FINDINGS.cost.get(i)))
    + least(pro.map((i) => significance[FINDINGS.significance.get(i)[0]]));
  const supporters = independentStudies(pro);
  cost += studies[Math.min(supporters, 3)];
  if (contra.length) {
    const against = Math.max(independentStudies(contra), 1);
    cost += roundHalfEven(disputed * (against / (against + Math.max(supporters, 1))));
  }
  return { letter: letters.find((/** @type {[string, number]} */ [, most]) => cost <= most)[0], cost };
}
