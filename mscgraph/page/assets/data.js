// The data block, read once: tables of columns, and the lines that the page draws.
//
// Everything refers to entities, associations, findings and publications by their place in the columns.
// Associations stand in the order of (cause, target), findings in that of their associations; they come by their ids.

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
  const data = JSON.parse(await /** @type {any} */ (window).unpacked("data"));
  for (const table of [data.entities, data.associations, data.findings, data.findings.settings]) {
    for (const [name, { values, codes }] of Object.entries(table)) if (codes) table[name] = new Column(values, codes);
  }
  if (data.findings.id.steps) data.findings.id = countedUp(data.findings.id);
  sortFindings(data);
  namePapers(data.publications);
  return data;
}

/** @param {{ stem: string, width: number, steps: number[] }} ids */
function countedUp({ stem, width, steps }) {
  let number = 0;
  return steps.map((step) => stem + String(number += step).padStart(width, "0"));
}

// Findings in the order of their associations, and all that refers to their places.
function sortFindings({ findings, associations, other_settings, trials }) {
  const { association, settings } = findings;
  findings.first = new Uint32Array(associations.id.length + 1); // of each association, and after the last the end
  for (const at of association) findings.first[at + 1] += 1;
  for (let i = 0; i < associations.id.length; i += 1) findings.first[i + 1] += findings.first[i];
  const next = findings.first.slice();
  const place = association.map((/** @type {number} */ at) => next[at]++);
  const moved = (/** @type {any[]} */ list) => {
    const sorted = new Array(list.length);
    list.forEach((value, i) => (sorted[place[i]] = value));
    return sorted;
  };
  for (const name of ["id", "publication", "statement"]) findings[name] = moved(findings[name]);
  for (const column of [...Object.values(findings), ...Object.values(settings)]) {
    if (column instanceof Column) column.codes = moved(/** @type {any[]} */ (column.codes));
  }
  const places = (/** @type {number[]} */ some) => some.map((i) => place[i]).sort((a, b) => a - b);
  for (const name of ["outside", "beyond"]) findings[name] = places(findings[name]);
  for (const at of Object.keys(other_settings)) other_settings[at] = places(other_settings[at]);
  for (const row of trials.rows) row.findings = row.findings.map((/** @type {number} */ i) => place[i]);
}

const ADDRESSES = { PMID: (/** @type {string} */ id) => `https://pubmed.ncbi.nlm.nih.gov/${id}/`, DOI: (/** @type {string} */ id) => `https://doi.org/${id}` };

// What ids say of papers, and how papers are cited: first author and year, or journal and year.
function namePapers(papers) {
  const { id, doi, url, authors, journal, year } = papers;
  const parts = id.map((/** @type {string} */ one) => /^([^:]*):(.*)$/s.exec(one)?.slice(1) ?? [one, ""]);
  papers.doi = doi.map((/** @type {string} */ one, /** @type {number} */ i) => one || (parts[i][0] === "DOI" ? parts[i][1] : ""));
  papers.url = url.map((/** @type {string} */ one, /** @type {number} */ i) => one || (ADDRESSES[parts[i][0]]?.(parts[i][1]) ?? ""));
  papers.names = authors.map((/** @type {string} */ one) => one.split(";").map((name) => name.trim()).filter(Boolean).map(nameParts));
  papers.cited = id.map((/** @type {string} */ one, /** @type {number} */ i) => `${papers.names[i][0]?.[0] || journal[i] || one.replace(/^PMC:/, "")} ${year[i]}`.trim());
}

/** Family name and initials; of a group its name alone. @param {string} name */
function nameParts(name) {
  const [, family, initials] = /^(.+) (\S+)$/.exec(name) ?? [];
  const isPerson = initials !== undefined && initials === initials.toUpperCase() && initials !== initials.toLowerCase();
  return isPerson ? [family, [...initials].map((letter) => `${letter}.`).join(" ")] : [name, ""];
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
/** @type {Uint32Array} */
const FIRST_FINDING = FINDINGS.first;
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
export const addressOfPaper = (paper) => PUBLICATIONS.url[paper];

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
