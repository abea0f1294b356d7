// A question in plain words, understood as ends, a direction, filters and views: what each word was taken for, and
// which words were not understood. It never answers; the page shows what was understood as it shows all else.

/**
 * @typedef {{ from: number, to: number, also?: Place[] }} Place the words of a part, first and after the last
 * @typedef {Place & { kind: string, says: string, entity?: number, facet?: string, values?: any[] }} Part
 * @typedef {Place & { text: string, near: number[], why: string }} Unknown names that look like it stand for all its words
 * @typedef {object} Understood
 * @property {string[]} words
 * @property {Part[]} parts
 * @property {Unknown[]} unknown
 * @property {number | null} source
 * @property {number | null} target
 * @property {number[]} via
 * @property {number[]} avoid
 * @property {number[]} compared two entities side by side
 * @property {string} direction up, down, null or nothing
 * @property {boolean} negated
 * @property {Record<string, string[]>} filters
 * @property {boolean} contested
 * @property {string} view
 * @property {number} max steps, or 0
 * @property {{ name: string, title: string }[]} stored questions that ask something alike
 * @property {string} says all of it in words
 */

const ENDING = "(?:e|es|s|ed|d|ing)?$";
const verb = (/** @type {string} */ stems) => new RegExp(`^(?:${stems})${ENDING}`, "i");
const NOUN = /^(?:stimulat|activat|inhibit|reduct|suppress|induct|upregulat|downregulat|promot|attenuat|elevat)ion$/i;
/** @type {[kind: string, pattern: RegExp][]} */
const DIRECTIONS = [
  ["up", verb("rais|increas|enhanc|promot|induc|up-?regulat|stimulat|activat|expand|boost|elevat|augment|favou?r|secret|produc|releas")],
  ["up", /^(?:up|more|↑|\+)$|^(?:stimulat|activat|induct|up-?regulat|promot|elevat)ion$/i],
  ["down", verb("lower|decreas|reduc|inhibit|suppress|down-?regulat|diminish|impair|attenuat|dampen|block|prevent|deplet|abolish")],
  ["down", /^(?:down|less|fewer|⊣|↓)$|^(?:inhibit|reduct|suppress|down-?regulat|attenuat)ion$/i],
  ["better", verb("improv|ameliorat|benefit|help|protect|alleviat")],
  ["worse", verb("worsen|exacerbat|aggravat|harm")],
];
const PHRASES = [
  ["null", /^(?:(?:no|not|without) (?:any )?(?:significant )?effects?|unaffected|unchanged|ineffective)$/i],
  ["contested", /^(?:contradict(?:ing|ory|s|ions?)?|conflict(?:s|ing)?|disagree(?:s|ments?)?|contested|controvers(?:y|ial)|debated)(?: each other)?$/i],
  ["timeline", /^(?:timeline|over time|by year|year by year)$/i],
  ["matrix", /^matrix$/i],
  ["table", /^table$/i],
  ["trials", /^(?:clinical )?trials?$/i],
  ["compare", /^(?:compared?|comparison|versus|vs|difference|differences)(?: (?:to|with))?$/i],
  ["not", /^(?:not|never|no|fails?|failed|against|cannot|neither|(?:does|do|did|is|are|was|were|ca|can)n['’]?t)(?: to)?$/i],
  ["via", /^(?:via|through|using|by means of|by way of|mediated by|needs?|needing|requires?|requiring|depends? (?:up)?on|dependent on)$/i],
  ["needed", /^(?:needed|required|necessary|essential|indispensable)(?: (?:for|by|to))?$/i],
  ["apart", /^(?:but|and|yet|while) not$|^(?:rather than|instead of|as opposed to)$/i],
  ["avoid", /^(?:without|avoiding|excluding|except|not via|not through)$/i],
];
const SPECIES = {
  human: ["human", "humans", "people", "man", "men", "volunteers"], mouse: ["mouse", "mice", "murine"],
  rat: ["rat", "rats"], dog: ["dog", "dogs", "canine"], pig: ["pig", "pigs", "porcine"], cat: ["cat", "cats", "feline"],
};
const FILLED = /^cells?$/i; // nothing by itself: “in human cells”
const QUIET = new Set(("a an the do does did is are was were be been being has have had can could may might will would should must "
  + "of to on upon in at for from with by and or as into between among during after before under it its they their there this that these those "
  + "what which who whom whose how why when where if whether any some all each other me i we you please show find list give tell see search "
  + "about evidence effect effects act acts acting affect affects affected affecting influence influences modulate modulates regulate regulates "
  + "change changes changed changing work works relation relations role mechanism mechanisms path paths route routes pathway pathways known "
  + "know say says said seen happen happens happened since than so because only just very often always usually study studies paper papers finding findings level levels result results → cause causes caused then still also").split(" "));
// What findings say and no filter of the page asks for, with where it is read.
/** @type {[pattern: RegExp, why: string][]} */
const ELSEWHERE = [
  [/^(?:licen[sc](?:e|ed|ing)|(?:pre-?)?(?:prim|condition|treat)(?:ed|ing))$/i, "is no filter here: read the priming at each finding"],
  [/^(?:intrathecal|intravenous|intraventricular|intraperitoneal|intranasal|systemic|injected|infused)(?:ly)?$/i, "is no filter here: read the route at each finding"],
  [/^(?:(?:against|versus|vs|over|than|compared (?:to|with)) )?placebo(?:-controlled)?$/i, "is no filter here: read the comparison at each finding"],
  [/^(?:since|before|after|until|from|in) (?:19|20)\d\d$/i, "is no filter here: ask “by year” for the timeline"],
];
// Words that make the opposite of what they stand by; no direction is read where one is.
const REVERSES = /inhibit|block|knock|silenc|deficien|deplet|antagoni|neutrali[sz]|antibod|^anti\W|[-−]\/[-−]|null$|loss|lack/i;
const MADE = /^(?:secret|produc|releas)e/i;
const ALIKE = { secrete: "make", release: "make", produce: "make", safe: "adverse", safety: "adverse", toxicity: "adverse", harmful: "adverse" };
const LIKE_ENOUGH = 0.5;
const LIKE_ENOUGH_PLAIN = 0.65; // of words in small letters, which are English more often than misspelt names
const ASKS = /^(?:what|which|who|whatever|anything)$/i;
const VIEWED = ["timeline", "matrix", "table", "trials"];
const LONGEST_NAME = 8; // words of a name

/** @param {string} text */
const bare = (text) => text.replace(/^[“”"'‘«]+|[?!.,;:“”"'’»]+$/g, "").replace(/^\((.*)\)$/, "$1");

/** What questions of one page can mean. */
export class Questions {
  /**
   * @param {import("./names.js").Names} names
   * @param {Record<string, string[]>} facets the values of each filter
   * @param {(name: string) => string[]} pieces of a name
   * @param {{ aspects?: string[], stored?: { name: string, title: string }[] }} [known]
   */
  constructor(names, facets, pieces, { aspects = [], stored = [] } = {}) {
    this.names = names;
    this.facets = facets;
    this.pieces = pieces;
    this.aspects = aspects;
    this.stored = stored.map((one) => ({ ...one, pieces: new Set(pieces(one.title)) }));
    this.key = (/** @type {string} */ text) => pieces(text).join(" ");
    /** @type {Map<string, { facet: string, values: string[] }>} */
    this.phrases = new Map();
    for (const facet of ["species", "system", "design", "source"]) {
      for (const value of facets[facet] ?? []) {
        for (const said of [value, value.replace(/ model$/, ""), value.replace("-", " "), ...SPECIES[value] ?? []]) this.add(said, facet, [value]);
      }
    }
    const some = (/** @type {string} */ facet, /** @type {RegExp} */ pattern) => (facets[facet] ?? []).filter((value) => pattern.test(value));
    this.add("patients", "system", some("system", /patients/));
    this.add("MS", "system", some("system", /\bMS patients/));
    this.add("people with MS", "system", some("system", /\bMS patients/));
    this.add("culture", "system", some("system", /culture/));
    this.add("animals", "species", some("species", /^(?!human|not reported)/));
    for (const said of ["randomized trial", "RCT", "randomised controlled trial"]) this.add(said, "design", some("design", /^randomised/));
  }

  add(said, facet, values) {
    const key = this.key(said);
    if (values.length && !this.phrases.has(key)) this.phrases.set(key, { facet, values });
  }

  /** @param {string} text @returns {Understood} */
  understand(text) {
    const words = text.replace(/[-=–]+>|→|⟶/g, " → ").replace(/-\||⊣/g, " ⊣ ").split(/\s+/).filter(Boolean);
    /** @type {Part[]} */
    const parts = [];
    /** @type {Unknown[]} */
    const unknown = [];
    for (let at = 0; at < words.length;) {
      const part = this.partAt(words, at);
      if (part?.kind === "apart") { // what follows is another question, whatever it names
        this.leave(unknown, words, at, words.length, "is a question of its own: ask it next");
        break;
      }
      if (part?.kind === "elsewhere") unknown.push({ ...part, text: part.says, near: [], why: part.values?.[0] });
      else if (part) parts.push(part);
      else if (!QUIET.has(bare(words[at]).toLowerCase()) && !FILLED.test(bare(words[at])) && bare(words[at])) this.leave(unknown, words, at, at + 1);
      at = part ? part.to : at + 1;
    }
    return this.construe({ words, parts, unknown });
  }

  // Words that mean nothing here; neighbours together.
  leave(unknown, words, from, to, why = "") {
    const last = unknown.at(-1);
    if (last && last.to === from && !why && !last.why) from = unknown.pop().from;
    const text = bare(words.slice(from, to).join(" "));
    unknown.push({ from, to, text, near: [], why: this.aspects.includes(text) ? "is an aspect: read it at each statement" : why });
  }

  // Names that look like what was not understood, with the name behind it: “CD4- T cells” is near CD4 T cell.
  nearest(one, words, parts) {
    if (one.why) return one;
    const behind = parts.find(({ kind, from }) => kind === "entity" && from === one.to);
    const near = (/** @type {string} */ text) => this.names.near(text, 3)
      .filter(({ likeness }) => likeness >= (/^[a-z ]+$/.test(text) ? LIKE_ENOUGH_PLAIN : LIKE_ENOUGH)).map(({ entity }) => entity);
    const both = behind ? near(bare(words.slice(one.from, behind.to).join(" "))).filter((entity) => entity !== behind.entity) : [];
    if (both.length) return { ...one, near: both, to: behind.to };
    return { ...one, near: [one.text, ...one.text.split(" ")].map(near).find((found) => found.length) ?? [] };
  }

  /** The longest part that begins at a word. @returns {Part | null} */
  partAt(words, from) {
    for (let to = Math.min(words.length, from + LONGEST_NAME); to > from; to -= 1) {
      const text = bare(words.slice(from, to).join(" "));
      if (!text || (to - from === 1 && QUIET.has(text.toLowerCase()))) continue;
      const found = this.keyword(text, words, to) ?? this.filter(text, words, from) ?? this.entity(text, words, from, to);
      if (found) return { from, to, ...found };
    }
    return null;
  }

  keyword(text, words, to) {
    const phrase = PHRASES.find(([, pattern]) => /** @type {RegExp} */ (pattern).test(text));
    if (phrase) return { kind: /** @type {string} */ (phrase[0]), says: text };
    const elsewhere = ELSEWHERE.find(([pattern]) => pattern.test(text));
    if (elsewhere) return { kind: "elsewhere", says: text, values: [elsewhere[1]] };
    const grade = /^(?:at least )?grade (?:at least )?([A-E])( or better)?$/i.exec(text);
    const letter = grade?.[1].toUpperCase() ?? "";
    if (grade && this.facets.grade.includes(letter)) {
      const values = /least|better/.test(text) ? this.facets.grade.slice(0, this.facets.grade.indexOf(letter) + 1) : [letter];
      return { kind: "filter", says: `grade ${values.join(" or ")}`, facet: "grade", values };
    }
    const steps = /^(?:(?:at most|within) )?(\d) steps?(?: at most)?$/i.exec(text);
    if (steps && Number(steps[1])) return { kind: "steps", says: `at most ${steps[1]} steps`, values: [steps[1]] };
    const direction = DIRECTIONS.find(([, pattern]) => pattern.test(text));
    if (!direction || (NOUN.test(text) && !/^(?:of|in|by)$/i.test(words[to] ?? ""))) return null;
    return { kind: "direction", says: text, values: [direction[0]] };
  }

  // A name of a filter and of an entity is the filter after “in”, where there is something else to ask of.
  filter(text, words, from) {
    const found = this.phrases.get(this.key(text));
    if (!found || found.facet === "source") return null;
    if (this.names.exactly(text).length && found.facet === "system" && !(from > 1 && /^(?:in|during|with)$/i.test(words[from - 1]))) return null;
    const { facet, values } = found;
    return { kind: "filter", says: values.length > 3 ? `${text} (${values.length} values)` : values.join(" or "), facet, values };
  }

  entity(text, words, from, to) {
    const run = words.slice(from, to).map((/** @type {string} */ word) => bare(word));
    const stops = (/** @type {string} */ word) => word === "→" || [...DIRECTIONS.slice(0, 4), ...PHRASES].some(([, pattern]) =>
      /** @type {RegExp} */ (pattern).test(word)) && !/(?:ed|ing|ion)$/i.test(word);
    // what a name does not need belongs to the rest of the question: “human MSC”, “MSC in”
    if (run.length > 1 && (run.some(stops) || QUIET.has(run.at(-1).toLowerCase()) || QUIET.has(run[0].toLowerCase()))) return null;
    const found = this.names.exactly(text);
    if (!found.length) return null;
    const same = (/** @type {string[]} */ rest) => String(this.names.exactly(rest.join(" "))) === String(found);
    if (run.length > 1 && run.some((/** @type {string} */ word, /** @type {number} */ i) =>
      this.phrases.has(this.key(word)) && same(run.filter((_, at) => at !== i)))) return null;
    if (found.length > 1) return { kind: "several", says: text, values: found };
    // a general name without findings, such as exosome, is read as what MSC have of it
    const ofMsc = this.names.weight(found[0]) ? [] : this.names.exactly(`MSC ${text}`).filter((one) => this.names.weight(one));
    const [entity] = ofMsc.length === 1 ? ofMsc : found;
    const name = this.names.entities.name[entity];
    // a tissue that MSC come from is a setting of findings on MSC
    const whole = (this.facets.source ?? []).includes(name) ? this.names.exactly("MSC") : [];
    return whole.length === 1 ? { kind: "entity", says: `MSC from ${name}`, entity: whole[0], facet: "source", values: [name] } : { kind: "entity", says: name, entity };
  }

  /** From parts to a question. @returns {Understood} */
  construe({ words, parts, unknown }) {
    /** @type {Understood} */
    const asked = {
      words, parts: [], unknown, source: null, target: null, via: [], avoid: [], compared: [], direction: "", negated: false,
      filters: {}, contested: false, view: "", max: 0, stored: [], says: "",
    };
    const drop = (/** @type {Part} */ part, /** @type {string} */ why) => this.leave(unknown, words, part.from, part.to, why);
    const keep = (/** @type {Part} */ part, /** @type {object} */ change = {}) => {
      const kept = { ...part, ...change };
      const twin = asked.parts.find(({ kind, says }) => kind === kept.kind && says === kept.says);
      if (twin) (twin.also ??= []).push(part);
      else asked.parts.push(kept);
    };
    const verbs = parts.filter(({ kind }) => kind === "direction");
    const isParticiple = (/** @type {Part} */ part) => /ed$/i.test(words[part.from]) && parts.some(({ kind, from }) => kind === "entity" && from === part.to);
    let ruling = verbs.find((part) => !isParticiple(part)) ?? verbs[0] ?? parts.find(({ kind }) => kind === "null");
    const reverse = unknown.find(({ text }) => REVERSES.test(text));
    if (ruling && reverse) {
      reverse.why = "makes the opposite: ask of the thing itself";
      drop(ruling, "is not read as a direction beside it");
      verbs.length = 0;
      ruling = undefined;
    }
    /** @type {Part[]} */
    const plain = [];
    parts.forEach((part, i) => {
      const before = parts[i - 1];
      if (part.kind === "entity") {
        const role = parts[i + 1]?.kind === "needed" && parts[i + 1].from === part.to ? "via"
          : before?.to === part.from && ["via", "avoid"].includes(before.kind) ? before.kind : "";
        if (part.facet) this.take(asked, part);
        if (!role) plain.push(part);
        else {
          asked[role].push(part.entity);
          keep(part, { kind: role, from: before?.kind === role ? before.from : part.from, to: parts[i + 1]?.kind === "needed" ? parts[i + 1].to : part.to, says: `${role === "via" ? "via" : "without"} ${part.says}` });
        }
      } else if (part.kind === "several") {
        unknown.push({ ...part, text: part.says, near: part.values, why: "means several" });
      } else if (part.kind === "filter") {
        this.take(asked, part);
        keep(part);
      } else if (part.kind === "contested") {
        asked.contested = true;
        keep(part, { says: "contradicting findings" });
      } else if (part.kind === "steps") {
        asked.max = Number(part.values[0]);
        keep(part);
      } else if (VIEWED.includes(part.kind) && !asked.view) {
        asked.view = part.kind;
        keep(part, { says: `view: ${part.kind}` });
      } else if (part.kind === "not") {
        if (!ruling && !/\baffect/i.test(words.slice(part.to).join(" "))) drop(part, "");
        else if (asked.negated) drop(part, "is a second negation");
        else asked.negated = true;
      } else if (part.kind === "needed") {
        if (before?.kind !== "entity" || before.to !== part.from) drop(part, "names nothing to go through");
      } else if (["via", "avoid"].includes(part.kind)) {
        const next = parts[i + 1];
        if (next?.kind !== "entity" || next.from !== part.to) drop(part, "names nothing to go through or to leave out");
      } else if ((part.kind === "direction" || part.kind === "null") && ruling && part !== ruling) drop(part, "is a second direction");
    });
    this.ends(asked, plain, ruling, parts, drop);
    if (asked.source === null || asked.target === null) {
      for (const part of asked.parts.filter(({ kind }) => ["via", "avoid", "steps"].includes(kind))) drop(part, "needs two ends");
      asked.parts = asked.parts.filter(({ kind }) => !["via", "avoid", "steps"].includes(kind));
    }
    this.turn(asked, ruling, parts.find(({ kind }) => kind === "not"), drop);
    const order = ["source", "target", "compared", "direction", "via", "avoid", "filter"];
    const rank = ({ kind }) => (order.indexOf(kind) + 1 || order.length + 1);
    asked.parts.sort((a, b) => rank(a) - rank(b) || a.from - b.from);
    asked.stored = this.storedLike(words, unknown);
    const told = new Set(asked.stored.flatMap(({ title }) => this.pieces(title))); // words that a stored question takes up
    asked.unknown = unknown.map((one) => (this.pieces(one.text).some((piece) => told.has(ALIKE[piece] ?? piece)) ? one : this.nearest(one, words, parts)))
      .sort((a, b) => a.from - b.from);
    const said = (/** @type {string} */ kind) => asked.parts.find((part) => part.kind === kind)?.says ?? "anything";
    const rest = asked.parts.filter(({ kind }) => kind !== "source" && kind !== "target").map(({ says }) => says);
    const one = asked.source === null ? "target" : asked.target === null ? "source" : "";
    const ends = asked.source ?? asked.target ?? null;
    const arrow = one && !asked.direction ? `about ${said(one)}` : `${said("source")} → ${said("target")}`;
    asked.says = [...(ends === null ? [] : [arrow]), ...rest].join(", ");
    return asked;
  }

  // Stored questions that have a word in common with what was not understood, or two with the question.
  storedLike(words, unknown) {
    const said = (/** @type {string} */ text) => this.pieces(text).map((one) => ALIKE[one] ?? one).filter((one) => one.length > 3 && !QUIET.has(one));
    const [all, left] = [new Set(said(words.map(bare).join(" "))), new Set([...unknown.flatMap(({ text, why }) => (why ? [] : said(text))), ...said(words.filter((/** @type {string} */ word) => MADE.test(word)).join(" "))])];
    const common = (/** @type {Set<string>} */ some, /** @type {Set<string>} */ title) => [...some].filter((one) => title.has(one)).length;
    return this.stored.map(({ name, title, pieces }) => ({ name, title, score: 2 * common(left, pieces) + common(all, pieces) }))
      .filter(({ score }) => score > 2).sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1)).slice(0, 2)
      .map(({ name, title }) => ({ name, title }));
  }

  take(asked, { facet, values }) {
    asked.filters[facet] = [...new Set([...asked.filters[facet] ?? [], ...values])];
  }

  // Which entity acts and which is acted on: by “from”, “to”, “on” and “by”, else as they stand.
  ends(asked, plain, ruling, parts, drop) {
    const { words } = asked;
    const before = (/** @type {Part} */ part) => bare(words[part.from - 1] ?? "").toLowerCase();
    const compare = parts.find(({ kind }) => kind === "compare");
    if (compare && plain.length > 1) {
      asked.view = "compare";
      for (const part of plain.splice(0, 2)) {
        asked.compared.push(part.entity);
        asked.parts.push({ ...part, kind: "compared", says: `${part.says}${this.names.weight(part.entity) ? "" : " (no findings)"}` });
      }
      for (const part of plain.splice(0)) drop(part, "is one row of a comparison, which lists all targets");
    } else if (compare) drop(compare, "needs two names");
    /** @type {Record<string, Part | undefined>} */
    const ends = {};
    const isNoun = ruling && NOUN.test(words[ruling.from]);
    const said = { from: "source", after: "source", with: "source", to: "target", on: "target", upon: "target", "→": "target", "⊣": "target" };
    for (const part of [...plain]) {
      let end = said[before(part)];
      if (before(part) === "by") end = plain.length < 3 ? "source" : part.from === (ruling?.to ?? -1) + 1 ? "source" : "via";
      else if (before(part) === "of") end = isNoun ? "target" : /^(?:effects?|role|action)$/i.test(words[part.from - 2] ?? "") ? "source" : undefined;
      if (end === "via") {
        asked.via.push(part.entity);
        asked.parts.push({ ...part, kind: "via", says: `via ${part.says}` });
      } else if (!end || ends[end]) continue;
      else ends[end] = part;
      plain.splice(plain.indexOf(part), 1);
    }
    if (asked.compared.length) ruling = undefined;
    const isSourceAsked = ASKS.test(words[0]) && ruling?.from === 1; // “what raises A”: a second name is another question
    for (const part of plain) {
      const alone = plain.length === 1 && !ends.source && !ends.target;
      const acts = words.slice(part.to).some((/** @type {string} */ word) => /^(?:do|does|act|acts|affects?)$/i.test(word)) || (ruling && ruling.from > part.from);
      const free = isSourceAsked ? "target" : alone && !acts && (ruling || (ASKS.test(words[0]) && /^(?:act|acts|affects?)$/i.test(words[1] ?? ""))) ? "target" : ends.source ? "target" : "source";
      if (ends[free]) drop(part, isSourceAsked ? "is a question of its own: ask it next" : "is a third name; write “via” or “without” before it");
      else ends[free] = part;
    }
    for (const end of ["source", "target"]) {
      const part = ends[end];
      if (!part) continue;
      asked[end] = part.entity;
      asked.parts.push({ ...part, kind: end });
    }
  }

  // Which way: better and worse by what more of the target means; “not lower” is what speaks against lowering.
  turn(asked, ruling, not, drop) {
    const given = ruling?.kind === "null" ? "null" : ruling?.values[0] ?? (asked.negated ? "null" : "");
    const more = this.names.entities.more?.[asked.target ?? -1] ?? 0;
    const sign = { better: more, worse: -more }[given];
    if (sign === 0) return drop(ruling, "has no direction here: what is better is known of outcomes alone");
    asked.direction = sign === undefined ? given : sign > 0 ? "up" : "down";
    if (!asked.direction) return undefined;
    const word = { up: "raises", down: "lowers", null: "no effect" }[asked.direction];
    if (!ruling) asked.negated = false;
    asked.parts.push({ ...ruling ?? not, kind: "direction", says: asked.negated ? `not: ${word}` : word, also: ruling && not ? [not] : [] });
    return undefined;
  }
}
