// Names as people type them, folded as mscgraph/text/names.py folds them, so that nfkb finds NF-κB.

const GREEK = {
  α: "a", β: "b", γ: "g", δ: "d", ε: "e", ζ: "z", θ: "th", κ: "k", λ: "l", μ: "m", µ: "m", ω: "o",
};
const SPELLED = [
  ["alpha", "a"], ["beta", "b"], ["gamma", "g"], ["delta", "d"], ["epsilon", "e"], ["zeta", "z"],
  ["theta", "th"], ["kappa", "k"], ["lambda", "l"], ["omega", "o"],
];

function fold(name) {
  if (/^[\x20-\x7e]*$/.test(name)) return name.toLowerCase().split(/[^a-z0-9+]+/).map(unspell).join("");
  const plain = [...name.toLowerCase().normalize("NFKD")]
    .filter((c) => !/\p{M}/u.test(c))
    .map((c) => GREEK[c] ?? c)
    .join("");
  const words = plain.split(/[^\p{L}\p{N}+]+/u).filter(Boolean);
  return words.map(unspell).join("");
}

function unspell(word) {
  if (!word.endsWith("a") && !word.endsWith("on")) return word; // as all that are spelled out do
  const found = SPELLED.find(([spelled]) => word.endsWith(spelled));
  return found ? word.slice(0, -found[0].length) + found[1] : word;
}

// All names of all entities, folded little by little when the browser has nothing else to do, and what is left
// at the first search: [folded, as written, entity, is it the name].
const everyName = [];
let folded = 0;

function foldNames(until) {
  for (; folded < ENTITIES.id.length && folded < until; folded += 1) {
    const own = ENTITIES.name[folded];
    everyName.push([fold(own), own, folded, true]);
    const others = [ENTITIES.label[folded], ...ENTITIES.synonyms[folded], ENTITIES.id[folded], ...ENTITIES.xrefs[folded]];
    for (const text of others) if (text) everyName.push([fold(text), text, folded, false]);
  }
}

function foldWhenIdle() {
  if (folded >= ENTITIES.id.length) return;
  foldNames(folded + 500);
  (window.requestIdleCallback ?? setTimeout)(foldWhenIdle);
}

function allNames() {
  foldNames(Infinity);
  return everyName;
}

// Entities that a text finds, best first, each with the name that matched.
// Whole names go before beginnings, beginnings before middles; then what has more evidence.
function findEntities(text, most = 12) {
  const wanted = fold(text);
  if (!wanted) return [];
  const best = new Map();
  for (const [folded, written, entity, isName] of allNames()) {
    const place = folded.indexOf(wanted);
    if (place < 0) continue;
    const rank = (folded === wanted ? 0 : place === 0 ? 2 : 4) + (isName ? 0 : 1);
    const known = best.get(entity);
    if (!known || rank < known.rank) best.set(entity, { entity, rank, matched: isName ? "" : written });
  }
  const weight = ({ entity }) => LINES_OF[entity].length;
  return [...best.values()]
    .sort((a, b) => a.rank - b.rank || weight(b) - weight(a) || a.entity - b.entity)
    .slice(0, most);
}

// The one entity that a typed text means: whole names only, as KnowledgeGraph.entity() has it.
function entityCalled(text) {
  if (ENTITY_AT.has(text)) return ENTITY_AT.get(text);
  const exact = findEntities(text, 3).filter(({ rank }) => rank < 2);
  const named = exact.filter(({ rank }) => rank === 0);
  const found = named.length ? named : exact;
  return found.length === 1 ? found[0].entity : null;
}
