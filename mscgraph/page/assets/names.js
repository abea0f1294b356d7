// Names as people type them, folded as mscgraph/text/names.py folds them, so that nfkb finds NF-κB.

import { namePieces, Spoken, STEP } from "./spelling.js";

/** @type {Record<string, string>} */
const GREEK = {
  α: "a", β: "b", γ: "g", δ: "d", ε: "e", ζ: "z", θ: "th", κ: "k", λ: "l", μ: "m", µ: "m", ω: "o",
};
const SPELLED = [
  ["alpha", "a"], ["beta", "b"], ["gamma", "g"], ["delta", "d"], ["epsilon", "e"], ["zeta", "z"],
  ["theta", "th"], ["kappa", "k"], ["lambda", "l"], ["omega", "o"],
];

// a minus after a marker, not a hyphen between words
const MINUS = /(?<=[\p{L}\p{N}_/])(?:[⁻₋]|[-‐‑–−](?=[\s,;)\]]|\/[-+⁻−]|$))/gu;

/** @param {string} written */
export function fold(written) {
  const name = written.replace(MINUS, "¬");
  if (/^[\x20-\x7e]*$/.test(name)) return name.toLowerCase().split(/[^a-z0-9+]+/).map(unspell).join("");
  const plain = [...name.toLowerCase().normalize("NFKD")]
    .filter((c) => !/\p{M}/u.test(c))
    .map((c) => GREEK[c] ?? c)
    .join("");
  const words = plain.split(/[^\p{L}\p{N}+¬]+/u).filter(Boolean);
  return words.map(unspell).join("");
}

/** @param {string} name */
export function pieces(name) {
  const plainGreek = (/** @type {string} */ word) => unspell([...word].map((c) => GREEK[c] ?? c).join(""));
  return namePieces(name.replace(MINUS, "¬"), plainGreek);
}

/** @param {string} word */
function unspell(word) {
  if (!word.endsWith("a") && !word.endsWith("on")) return word; // as all that are spelled out do
  const found = SPELLED.find(([spelled]) => word.endsWith(spelled));
  return found ? word.slice(0, -found[0].length) + found[1] : word;
}

/** @param {string} folded */
function pairsOfLetters(folded) {
  const text = ` ${folded} `;
  const found = new Set();
  for (let i = 1; i < text.length; i += 1) found.add(text.slice(i - 1, i + 1));
  return found;
}

/** All names of all entities, folded little by little when the browser has nothing else to do. */
export class Names {
  /**
   * @param {Record<string, any[]>} entities their columns id, name, label, synonyms, xrefs
   * @param {(entity: number) => number} weight how much is known of an entity
   */
  constructor(entities, weight) {
    this.entities = entities;
    this.weight = weight;
    /** @type {[folded: string, written: string, entity: number, isName: boolean][]} */
    this.known = [];
    /** @type {Map<string, { names: Set<number>, others: Set<number> }>} whose name, and whose other name, a folded text is */
    this.exact = new Map();
    /** @type {Map<string, number[]>} the names that hold a pair of letters, and how many pairs each name has */
    this.pairs = new Map();
    /** @type {number[]} */
    this.pairCounts = [];
    this.spoken = new Spoken(pieces);
    this.folded = 0;
    this.work = this.prepare();
  }

  // All that finding names needs, step by step.
  *prepare() {
    const { id, name, label, synonyms, category } = this.entities;
    for (; this.folded < id.length; this.foldUntil(this.folded + STEP)) yield;
    for (const at of id.keys()) {
      for (const one of [name[at], label[at], ...synonyms[at]]) if (one) this.spoken.add(one, at, category?.[at] === "Cell");
      if (at % STEP === 0) yield;
    }
    yield* this.spoken.ready();
  }

  /** Fold the names of the entities up to one. @param {number} until */
  foldUntil(until) {
    const { id, name, label, synonyms, xrefs } = this.entities;
    for (; this.folded < id.length && this.folded < until; this.folded += 1) {
      const at = this.folded;
      for (const text of [name[at], label[at], ...synonyms[at], id[at], ...xrefs[at]]) if (text) this.take(text, at, text === name[at]);
    }
  }

  /** @param {string} written @param {number} entity @param {boolean} isName */
  take(written, entity, isName) {
    const folded = fold(written);
    const pairs = pairsOfLetters(folded);
    for (const pair of pairs) {
      const holders = this.pairs.get(pair);
      if (holders) holders.push(this.known.length);
      else this.pairs.set(pair, [this.known.length]);
    }
    this.pairCounts.push(pairs.size);
    this.known.push([folded, written, entity, isName]);
    const found = this.exact.get(folded) ?? { names: new Set(), others: new Set() };
    this.exact.set(folded, found);
    (isName ? found.names : found.others).add(entity);
  }

  foldWhenIdle() {
    if (!this.work.next().done) (window.requestIdleCallback ?? setTimeout)(() => this.foldWhenIdle());
  }

  /**
   * Entities that a text finds, best first, each with the name that matched. Whole names go before beginnings,
   * beginnings before middles; then what has more evidence.
   * @param {string} text
   */
  find(text, most = 12) {
    const wanted = fold(text);
    if (!wanted) return [];
    this.foldUntil(Infinity);
    /** @type {Map<number, { entity: number, rank: number, matched: string }>} */
    const best = new Map();
    for (const [folded, written, entity, isName] of this.known) {
      const place = folded.indexOf(wanted);
      if (place < 0) continue;
      const rank = (folded === wanted ? 0 : place === 0 ? 2 : 4) + (isName ? 0 : 1);
      const before = best.get(entity);
      if (!before || rank < before.rank) best.set(entity, { entity, rank, matched: isName ? "" : written });
    }
    if (!best.size) for (const entity of this.said(text)) best.set(entity, { entity, rank: 1, matched: "" });
    return [...best.values()]
      .sort((a, b) => a.rank - b.rank || this.weight(b.entity) - this.weight(a.entity) || a.entity - b.entity)
      .slice(0, most);
  }

  /** Entities that a text means as people say it. @param {string} text */
  said(text) {
    while (!this.work.next().done);
    return this.spoken.find(text);
  }

  /**
   * Entities whose names look like a text that nothing is called by: most pairs of letters in common.
   * @param {string} text
   */
  near(text, most = 5) {
    const wanted = pairsOfLetters(fold(text));
    this.foldUntil(Infinity);
    const common = new Uint16Array(this.known.length);
    for (const pair of wanted) for (const at of this.pairs.get(pair) ?? []) common[at] += 1;
    /** @type {Map<number, { entity: number, likeness: number, matched: string }>} */
    const best = new Map();
    common.forEach((count, at) => {
      if (!count) return;
      const [, written, entity, isName] = this.known[at];
      const likeness = (2 * count) / (this.pairCounts[at] + wanted.size);
      if (likeness > Math.max(0.4, best.get(entity)?.likeness ?? 0)) best.set(entity, { entity, likeness, matched: isName ? "" : written });
    });
    return [...best.values()].sort((a, b) => b.likeness - a.likeness || a.entity - b.entity).slice(0, most);
  }

  /** The entities that a typed text means: whole names only, as KnowledgeGraph.entity() has it. @param {string} text */
  exactly(text) {
    const at = this.entities.id.indexOf(text);
    if (at >= 0) return [at];
    this.foldUntil(Infinity);
    const { names = new Set(), others = new Set() } = this.exact.get(fold(text)) ?? {};
    const found = names.size ? names : others;
    return found.size ? [...found] : this.said(text);
  }

  /** The one entity that a typed text means. @param {string} text */
  called(text) {
    const found = this.exactly(text);
    return found.length === 1 ? found[0] : null;
  }
}
