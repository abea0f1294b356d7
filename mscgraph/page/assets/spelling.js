// Names as people say them, by the rules of mscgraph/text/spelling.py: where no name is written as it was typed, its
// pieces decide, in one spelling and number, without fillers, in any order, with a synonym inside a longer name.

const WORDS = {
  ageing: "aging", amniotic: "amnion", axonal: "axon", decidual: "decidua", dermal: "skin", fat: "adipose",
  faecal: "fecal", fibre: "fiber", foetal: "fetal", grey: "gray", hem: "heme", media: "medium",
  metalloprotease: "metalloproteinase", microglial: "microglia", neuronal: "neuron", neurone: "neuron",
  oligodendroglia: "oligodendrocyte", oligodendroglial: "oligodendrocyte", placental: "placenta",
  signalling: "signaling", tumour: "tumor", vs: "versus",
};
const STARTS = [["leuc", "leuk"], ["oed", "ed"], ["oest", "est"]];
const ENDINGS = [["isation", "ization"], ["ise", "ize"], ["ised", "ized"], ["ising", "izing"]];
const FILLERS = new Set("human mouse murine derived the of from in by and or type tissue protein".split(" "));
const ROMAN = { I: "1", II: "2", III: "3", IV: "4", VI: "6", VII: "7" };
/** @type {[RegExp, string][]} */
const SIGNS = [
  [/(?<=[\p{L}\p{N}_])[ -]?\(?(?:positive|pos)(?![\p{L}\p{N}_])\)?/gu, "+"],
  [/(?<=[\p{L}\p{N}_])[ -]?\(?(?:negative|neg)(?![\p{L}\p{N}_])\)?/gu, "¬"],
  [/(?<=[\p{L}\p{N}_])\(\+\)/gu, "+"],
  [/(?<=[\p{L}\p{N}_])\([-−]\)/gu, "¬"],
  [/\s+[-−]\/[-−¬]/gu, "¬¬"],
  [/['’]|(?<=\d)s(?![\p{L}\p{N}_])/gu, ""],
];

const MOST_PIECES = 60; // of a name; what has more is a text
export const STEP = 500; // names that are made ready at once, while the browser has nothing else to do

/**
 * The pieces of a name, each through what makes Greek letters Latin.
 * @param {string} name with ¬ for each minus
 * @param {(word: string) => string} plainGreek
 */
export function namePieces(name, plainGreek) {
  const signed = SIGNS.reduce((text, [pattern, sign]) => text.replace(pattern, sign), name);
  const plain = signed.normalize("NFKD").replace(/\p{M}/gu, "");
  const pieces = (plain.match(/\p{L}+[+¬]*|\p{N}+[+¬]*/gu) ?? []).map((part) => piece(part, plainGreek));
  const kept = pieces.filter((one) => !FILLERS.has(one));
  return kept.length ? kept : pieces;
}

/** @param {string} part @param {(word: string) => string} plainGreek */
function piece(part, plainGreek) {
  if (Object.hasOwn(ROMAN, part)) return ROMAN[part];
  let word = part.toLowerCase();
  if (part.endsWith("s") && (part.length > 3 || /^\p{Lu}\p{Lu}/u.test(part))) {
    if (word.endsWith("ies")) word = `${word.slice(0, -3)}y`;
    else if (word.endsWith("uses")) word = word.slice(0, -2);
    else if (!/(?:ss|us|is)$/.test(word)) word = word.slice(0, -1);
  }
  word = word.replaceAll("aem", "em");
  word = Object.hasOwn(WORDS, word) ? WORDS[word] : word;
  for (const [start, other] of STARTS) if (word.startsWith(start)) word = other + word.slice(start.length);
  for (const [end, other] of ENDINGS) if (word.endsWith(end)) word = word.slice(0, -end.length) + other;
  return plainGreek(word);
}

/** What names mean by their pieces. */
export class Spoken {
  /** @param {(name: string) => string[]} parted the pieces of a name */
  constructor(parted) {
    this.parted = parted;
    /** @type {[pieces: string[], entity: number][]} */
    this.names = [];
    /** @type {Map<string, number>} */
    this.phrases = new Map();
    /** @type {Map<string, Set<number>>} */
    this.keys = new Map();
  }

  /** Take a name in. @param {string} name @param {number} entity @param {boolean} isCell */
  add(name, entity, isCell) {
    const pieces = this.parted(name);
    if (pieces.length > MOST_PIECES) return;
    const forms = [pieces];
    if (isCell && pieces.some((one) => one.includes("+"))) forms.push(pieces.map((one) => one.replace(/\++$/, "")));
    const bare = pieces.slice(0, -1);
    if (isCell && pieces.at(-1) === "cell" && (bare.length > 1 || !/^\p{L}*$/u.test(bare.join("")))) forms.push(bare);
    for (const form of forms) {
      this.names.push([form, entity]);
      if (!this.phrases.has(form.join(""))) this.phrases.set(form.join(""), entity);
    }
  }

  /** Make ready to be asked, step by step. */
  *ready() {
    const simple = new Map();
    for (const [at, [pieces, entity]] of this.names.entries()) {
      if (this.inside(pieces, this.phrases).every((one, i) => one === pieces[i])) simple.set(pieces.join(""), entity);
      if (at % STEP === 0) yield;
    }
    this.simple = simple;
    for (const [at, [pieces, entity]] of this.names.entries()) {
      for (const key of this.keysOf(pieces)) this.keys.set(key, (this.keys.get(key) ?? new Set()).add(entity));
      if (at % STEP === 0) yield;
    }
  }

  /** @param {string[]} pieces @returns {string[]} */
  keysOf(pieces) {
    const inside = [this.phrases, this.simple ?? this.phrases].map((names) => this.inside(pieces, names));
    return [pieces.join(""), ...[pieces, ...inside].map((parts) => [...parts].sort().join(" "))];
  }

  /** The pieces, each run that names an entity replaced by it, longest first. @param {string[]} pieces @param {Map<string, number>} names */
  inside(pieces, names) {
    const parts = [];
    for (let start = 0; start < pieces.length;) {
      let end = pieces.length;
      for (; end > start; end -= 1) {
        const phrase = pieces.slice(start, end).join("");
        if (end - start < pieces.length && phrase.length > 1 && names.has(phrase)) break;
      }
      parts.push(end > start ? `#${names.get(pieces.slice(start, end).join(""))}` : pieces[start]);
      start = Math.max(end, start + 1);
    }
    return parts;
  }

  /** The entities that a text means. @param {string} text @returns {number[]} */
  find(text) {
    const pieces = this.parted(text);
    if (pieces.length > MOST_PIECES) return [];
    for (const key of pieces.length ? this.keysOf(pieces) : []) if (this.keys.has(key)) return [...this.keys.get(key) ?? []];
    return /^h\p{Lu}{2}/u.test(text) ? this.find(text.slice(1)) : [];
  }
}
