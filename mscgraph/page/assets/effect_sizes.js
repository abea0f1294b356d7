// Effect sizes as papers write them: read only where a number stands with an interval. A ± is a spread that papers
// give as SD or as SEM, and a count has no interval.

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)`;
const WITH_INTERVAL = new RegExp(
  String.raw`(?:\b(OR|HR|RR|SMD|WMD|MD)|(β|beta))?\s*[=:]?\s*(${NUMBER})\s*(%)?\s*[;,]?\s*`
  + String.raw`(?:\(|\[)?\s*(?:(\d\d)\s*%\s*(?:CI|CrI)\s*[:=,]?\s*)?(${NUMBER})\s*%?\s*(?:-|–|—|to|,)\s*(${NUMBER})\s*(%)?\s*(\)|\])?`,
  "u");

/**
 * @typedef {{ estimate: number, low: number, high: number, level: string, measure: string, unit: string, arm: string }} Interval
 */

/**
 * The numbers with their intervals, or the words for why there is none.
 * @param {string} text
 * @returns {Interval[] | string}
 */
export function readEffect(text) {
  const parts = text.replaceAll("−", "-").split(/\s+(?:vs\.?|versus)\s+/u);
  const found = parts.flatMap((part) => {
    const match = WITH_INTERVAL.exec(part);
    if (!match || /±|\+\/-/u.test(part)) return [];
    const [, name, beta, estimate, percent, level, low, high, percentToo, closed] = match;
    const numbers = { estimate: Number(estimate), low: Number(low), high: Number(high) };
    if (!(level || closed) || numbers.low > numbers.estimate || numbers.estimate > numbers.high) return [];
    return { ...numbers, level: level ?? "", measure: name ?? (beta ? "β" : ""), unit: percent || percentToo ? "%" : "" };
  });
  if (found.length < parts.length) return whyNot(text);
  // "3.1 (95% CI 1.1-8.8) vs 12.3 (4.4-34.5)": the level is said once for both.
  const arms = found.length < 2 ? [""] : ["first group", "second group"];
  return found.map((one, i) => ({ ...one, level: one.level || found[0].level, arm: arms[i] ?? arms[1] }));
}

function whyNot(text) {
  if (/±|\+\/-/u.test(text)) return "a spread, not an interval";
  if (/\d\s*(?:\/|of)\s*\d/u.test(text)) return "a count, without an interval";
  return /\d/u.test(text) ? "no interval given" : "no number given";
}
