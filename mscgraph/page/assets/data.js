// The data block, read once: tables of columns, and the lines that the page draws.
//
// Everything refers to entities, associations, findings and publications by their place in the columns.
// Associations stand in the order of (cause, target), findings in that of their associations.

import { byId } from "./elements.js";

/** A column in which few values repeat: `codes` says which of `values` stands where. @template T */
export class Column {
  /** @param {T[]} values @param {ArrayLike<number>} codes */
  constructor(values, codes) {
    this.values = values;
    this.codes = codes;
  }

  /** @param {number} i @returns {T} */
  get(i) {
    return this.values[this.codes[i]];
  }

  /** The same column with every value turned into another. @template U @param {(value: T) => U} change */
  map(change) {
    return new Column(this.values.map(change), this.codes);
  }
}

async function readBlock() {
  if (!("DecompressionStream" in window)) byId("too-old").hidden = false;
  const packed = Uint8Array.from(atob(byId("data").textContent), (character) => character.charCodeAt(0));
  byId("data").remove();
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const data = JSON.parse(await new Response(stream).text());
  for (const table of [data.entities, data.associations, data.findings, data.findings.settings]) {
    for (const [name, { values, codes }] of Object.entries(table)) if (codes) table[name] = new Column(values, codes);
  }
  return data;
}

/** @type {any} as mscgraph/page/data.py writes it */
export const DATA = await readBlock();
if (DATA.start.answer) DATA.start.answer.paths = DATA.start.answer.routes.flatMap((/** @type {any} */ { paths }) => paths);

/** @type {{ id: string, label: string }[]} */
export const ROLES = Object.entries(DATA.roles).map(([id, label]) => ({ id, label }));
/** @type {Record<string, { sign: string, label: string }>} */
export const VERDICTS = DATA.kinds;
/** @type {Record<string, any[]>} */
export const ENTITIES = DATA.entities;
/** @type {Map<string, number>} */
export const ENTITY_AT = new Map(ENTITIES.id.map((id, i) => [id, i]));
/** @type {Record<string, any[]>} */
export const PUBLICATIONS = DATA.publications;
/** @type {any} */
export const FINDINGS = DATA.findings;
/** @type {Column<string>} */
export const DIRECTION = FINDINGS.direction;
/** @type {number[]} */
export const PUBLICATION = FINDINGS.publication;

/** @type {number[]} */
export const SUBJECT = DATA.associations.subject;
/** @type {number[]} */
export const OBJECT = DATA.associations.object;
/** @type {string[]} */
export const ASSOCIATION_IDS = DATA.associations.id;
/** Predicate, aspect and sign of an association. @type {Column<[string, string, number]>} */
export const KIND = DATA.associations.kind;
/** Letter, cost, level of evidence, studies and reasons. @type {Column<[string, number, number, number, [string, number][]]>} */
export const GRADING = DATA.associations.grading;
const FOREIGN = new Set(DATA.associations.foreign); // not in what was asked for, only against it
const OUTSIDE = new Set(FINDINGS.outside); // that a slice left out
/** Not in the part of the graph that the page was made of, only against it. @type {number[]} */
export const BEYOND = FINDINGS.beyond;
/** Which part that is, in words; nothing for the whole graph. @type {string} */
export const PART = DATA.part ?? "";
/** What an entity is in the mechanisms. @param {number} entity @returns {string} */
export const playsAs = (entity) => DATA.entities.plays.get(entity);

/** @param {number} association @returns {string} */
export const predicateOf = (association) => DATA.predicates[KIND.get(association)[0]].label;
/** @param {number} association @returns {string} */
export const aspectOf = (association) => DATA.aspects[KIND.get(association)[1]];

// The first finding of each association, and after the last the end; and the association of each finding.
const FIRST_FINDING = new Uint32Array(SUBJECT.length + 1);
/** @type {number[]} */ (FINDINGS.counts).forEach((count, i) => (FIRST_FINDING[i + 1] = FIRST_FINDING[i] + count));
export const FINDING_COUNT = FIRST_FINDING[SUBJECT.length];
export const ASSOCIATION_OF = new Uint32Array(FINDING_COUNT);
for (let i = 0; i < SUBJECT.length; i += 1) ASSOCIATION_OF.fill(i, FIRST_FINDING[i], FIRST_FINDING[i + 1]);

/** @param {number} i */
export const isCounted = (i) => DIRECTION.get(i) !== "void";

/** The statement of a finding, in which a sign each may stand for the names of its cause and target. @param {number} i */
export function statementOf(i) {
  /** @type {string} */
  let text = FINDINGS.statement[i];
  const ends = [SUBJECT[ASSOCIATION_OF[i]], OBJECT[ASSOCIATION_OF[i]]];
  FINDINGS.signs.forEach((/** @type {string} */ sign, /** @type {number} */ n) => {
    text = text.replaceAll(sign, () => ENTITIES.name[ends[n]]);
  });
  return text;
}

/** @param {number} paper @returns {string} */
export function addressOfPaper(paper) {
  const id = PUBLICATIONS.id[paper];
  return PUBLICATIONS.url[paper] || (id.startsWith("PMID:") ? `https://pubmed.ncbi.nlm.nih.gov/${id.slice(5)}/` : "");
}

/** @param {number} from @param {number} to */
const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);

/** One line for each (cause, target) with all associations and findings between the two. */
export class Line {
  /** @param {number} at @param {number} cause @param {number} target @param {number} first */
  constructor(at, cause, target, first) {
    this.at = at;
    this.cause = cause;
    this.target = target;
    this.first = first; // of its associations; `last` is the one after them
    this.last = first + 1;
    /** @type {Record<string, number> | null} */
    this.sides = null;
  }

  get associations() {
    return range(this.first, this.last);
  }

  get firstFinding() {
    return FIRST_FINDING[this.first];
  }

  get lastFinding() {
    return FIRST_FINDING[this.last];
  }

  get findings() {
    return range(this.firstFinding, this.lastFinding);
  }

  get size() {
    return this.lastFinding - this.firstFinding;
  }
}

/** @type {Line[]} */
export const LINES = [];
/** @type {number[][]} lines of each entity */
export const LINES_OF = ENTITIES.id.map(() => []);
export const LINE_OF = new Uint32Array(SUBJECT.length); // of an association
const LINE_AT = new Map();

/** @param {number | undefined} cause @param {number | undefined} target @returns {number | undefined} */
export function lineBetween(cause, target) {
  return cause === undefined || target === undefined ? undefined : LINE_AT.get(cause * ENTITIES.id.length + target);
}

for (let i = 0; i < SUBJECT.length; i += 1) {
  const [cause, target] = [SUBJECT[i], OBJECT[i]];
  const before = LINES.at(-1);
  if (before && before.cause === cause && before.target === target) before.last = i + 1;
  else {
    LINE_AT.set(cause * ENTITIES.id.length + target, LINES.length);
    LINES_OF[cause].push(LINES.length);
    if (target !== cause) LINES_OF[target].push(LINES.length);
    LINES.push(new Line(LINES.length, cause, target, i));
  }
  LINE_OF[i] = LINES.length - 1;
}

/**
 * What supports an association: its findings that count.
 * @param {number} association
 */
export function supporting(association) {
  return range(FIRST_FINDING[association], FIRST_FINDING[association + 1])
    .filter((i) => isCounted(i) && !OUTSIDE.has(i));
}

/** Whether a finding lies in what the page was made of. @param {number} i */
export const isOwn = (i) => !OUTSIDE.has(i) && !FOREIGN.has(ASSOCIATION_OF[i]);

/**
 * What says otherwise and does not dispute an association, since it is not comparable.
 * @param {number} association
 * @returns {number[]}
 */
export const otherSettings = (association) => DATA.other_settings[association] ?? [];

/**
 * What disputes an association: the comparable findings of its rivals, the relations with the same ends and
 * aspect and a predicate that says otherwise.
 * @param {number} association
 */
export function disputing(association) {
  const { first, last } = LINES[LINE_OF[association]];
  if (last - first === 1) return [];
  const [predicate, aspect] = KIND.get(association);
  const { rivals } = DATA.predicates[predicate];
  const apart = otherSettings(association);
  const found = [];
  for (let other = first; other < last; other += 1) {
    const [name, where] = KIND.get(other);
    if (where !== aspect || !rivals.includes(name)) continue;
    for (let i = FIRST_FINDING[other]; i < FIRST_FINDING[other + 1]; i += 1) {
      if (isCounted(i) && !apart.includes(i)) found.push(i);
    }
  }
  return found;
}

/**
 * Whether the path finder may walk it: an effect, inside what was asked for, with support.
 * @param {number} association
 */
export function isWalked(association) {
  if (!DATA.predicates[KIND.get(association)[0]].effect || FOREIGN.has(association)) return false;
  return supporting(association).length > 0;
}

/** @param {number} association */
export const isReadout = (association) => supporting(association).every((i) => FINDINGS.readout.get(i));
