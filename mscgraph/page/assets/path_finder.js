// Path questions to the graph of this page: the same answers as mscgraph.find_paths. Routes that one study
// demonstrated go first, then those that are put together from several.

import {
  ASSOCIATION_IDS, ASSOCIATION_OF, DATA, disputing, ENTITIES, FINDINGS, GRADING, isCounted, isOwn, isWalked, KIND,
  OBJECT, SUBJECT, supporting,
} from "./data.js";
import { gradeOf } from "./grading.js";
import { cheapestEdges, countPaths, makeNetwork, remainingWalks, searchPaths } from "./paths.js";

const NETWORKS = new Map();
const MOST_ALONG = 10; // paths of one route that are listed

// What a question may walk. A species lets only findings made in it support a step, which is then graded anew;
// what speaks against a step is counted from everywhere.
function networkOf(taxon, least) {
  const key = `${taxon} ${least}`;
  if (!NETWORKS.has(key)) {
    if (NETWORKS.size > 8) NETWORKS.clear();
    NETWORKS.set(key, makeNetwork(walkable(taxon, least), ENTITIES.id.length));
  }
  return NETWORKS.get(key);
}

const inSpecies = (taxon) => (i) => !taxon || FINDINGS.species.get(i)[0].includes(taxon);
const lettersFrom = (least) => DATA.letters.slice(0, least ? DATA.letters.indexOf(least) + 1 : DATA.letters.length);

function walkable(taxon, least) {
  const letters = lettersFrom(least);
  /** @type {Record<string, number[]>} */
  const edges = { source: [], target: [], sign: [], cost: [], ends: [], association: [] };
  for (let i = 0; i < SUBJECT.length; i += 1) {
    if (!isWalked(i)) continue;
    let pro = supporting(i);
    let [letter, cost] = GRADING.get(i);
    if (taxon) {
      pro = pro.filter(inSpecies(taxon));
      const grade = gradeOf(pro, disputing(i));
      if (grade === null) continue;
      ({ letter, cost } = grade);
    }
    if (!letters.includes(letter)) continue;
    edges.source.push(SUBJECT[i]);
    edges.target.push(OBJECT[i]);
    edges.sign.push(KIND.get(i)[2]);
    edges.cost.push(cost);
    edges.ends.push(pro.every((f) => FINDINGS.readout.get(f)) ? 1 : 0);
    edges.association.push(i);
  }
  const { source, target, sign, cost, ends, association } = edges;
  return {
    source: Uint32Array.from(source), target: Uint32Array.from(target), sign: Int8Array.from(sign),
    cost: Float64Array.from(cost), ends: Uint8Array.from(ends), association,
    idOf: (edge) => ASSOCIATION_IDS[association[edge]],
  };
}

// An entity with its subclasses: a question about T cells finds Tregs.
function kindsOf(entity) {
  const kinds = [entity];
  ENTITIES.ancestors.forEach((ancestors, i) => i !== entity && ancestors.includes(entity) && kinds.push(i));
  return kinds;
}

// For each of `via` what may lie on a path for it: the entity, its kinds, and edges on what such a cell makes.
function viaGroups(network, via, taxon) {
  return via.map((entity) => {
    const entities = new Set(kindsOf(entity));
    const made = new Set();
    for (let i = 0; i < FINDINGS.id.length; i += 1) {
      const there = FINDINGS.cells.get(i).some((cell) => entities.has(cell));
      if (there && isCounted(i) && isOwn(i) && inSpecies(taxon)(i)) made.add(ASSOCIATION_OF[i]);
    }
    const edges = new Set(network.association.flatMap((association, edge) => (made.has(association) ? [edge] : [])));
    return { entities, edges };
  });
}

// What may be an end but lie between no ends: outcomes and diseases, tissues that MSC came from, and the classes of
// the two ends, to which a route does not come back.
function endsOnly(from, to, via) {
  const barred = new Set(ENTITIES.ends_only);
  for (const end of [from, to]) for (const one of [...kindsOf(end), ...ENTITIES.ancestors[end]]) barred.add(one);
  for (const { entities } of via) for (const one of entities) barred.delete(one);
  return [...barred];
}

const EFFECTS = { increase: [1], decrease: [-1], unknown: [0], any: [-1, 0, 1] };

export function findPaths(from, to, options = {}) {
  const { max = 4, effect = "any", k = 10, avoid = [], taxon = "", least = "" } = options;
  const network = networkOf(taxon, least);
  const [sources, targets] = [kindsOf(from), kindsOf(to)];
  const via = viaGroups(network, options.via ?? [], taxon);
  const onlyEnds = endsOnly(from, to, via);
  const minLength = via.length || max === 1 ? 1 : 2;
  const tables = remainingWalks(network, targets, max, onlyEnds);
  const signs = EFFECTS[effect];
  const asked = { via, avoid, onlyEnds, minLength, tables };
  const shown = minLength > 2 || max < 2 ? []
    : demonstrated({ sources, targets, via, avoid, onlyEnds, taxon, least });
  const found = searchPaths(via.length ? network : cheapestEdges(network), sources, targets,
    { k, maxLength: max, signs, routes: true, ...asked });
  const { counts, complete } = countPaths(network, sources, targets, max, asked);
  for (const { sign } of shown) counts[sign + 1] += 1;
  const routes = bestRoutes(network, shown.filter(({ sign }) => signs.includes(sign)), found.paths, k)
    .map((entities) => alongRoute(network, entities, shown, { via, signs }));
  for (const sign of [0, 1, 2]) {
    counts[sign] = Math.max(counts[sign], routes.reduce((sum, route) => sum + route.counts[sign], 0));
  }
  return {
    complete: found.complete && complete,
    verdict: [counts[2], counts[0], counts[1]],
    routes,
    paths: routes.flatMap(({ paths }) => paths),
  };
}

// The entities of the k best routes: those demonstrated, then those found.
function bestRoutes(network, shown, found, k) {
  const routes = new Map();
  for (const { entities } of shown) routes.set(entities.join(" "), entities);
  for (const { path } of found) {
    const entities = [network.source[path[0]], ...path.map((edge) => network.target[edge])];
    if (!routes.has(entities.join(" "))) routes.set(entities.join(" "), entities);
  }
  return [...routes.values()].slice(0, k);
}

// A route with its best paths as lists of associations, and how many there are by net sign.
function alongRoute(network, entities, shown, { via, signs }) {
  const own = shown.filter((path) => path.entities.join(" ") === entities.join(" "));
  const kept = own.filter(({ sign }) => signs.includes(sign));
  const { first, row, target, ends } = network;
  const length = entities.length - 1;
  const edges = [];
  for (let place = 0; place < length; place += 1) {
    for (let at = first[entities[place]]; at < first[entities[place] + 1]; at += 1) {
      const edge = row[at];
      if (target[edge] === entities[place + 1] && (place === length - 1 || !ends[edge])) edges.push(edge);
    }
  }
  const part = narrowed(network, edges);
  const within = { via, minLength: length };
  const found = searchPaths(part, [entities[0]], [entities[length]], { ...within, maxLength: length, k: MOST_ALONG, signs });
  const { counts } = countPaths(part, [entities[0]], [entities[length]], length, within);
  for (const { sign } of own) counts[sign + 1] += 1;
  const stitched = found.paths.map(({ path }) => path.map((edge) => network.association[edge]));
  return {
    entities,
    mediator: kept.length ? entities[1] : null,
    shown: kept.length,
    counts,
    paths: [...kept.map(({ association }) => [association]), ...stitched].slice(0, MOST_ALONG),
  };
}

// The same network with some of its edges.
function narrowed(network, edges) {
  const { size, source } = network;
  const first = new Uint32Array(size + 1);
  const sorted = [...edges].sort((a, b) => source[a] - source[b]);
  for (const edge of sorted) first[source[edge] + 1] += 1;
  for (let i = 0; i < size; i += 1) first[i + 1] += first[i];
  return { ...network, first, row: Uint32Array.from(sorted) };
}

// What single studies showed to run by way of a mediator, best first: findings of an effect that name one.
function demonstrated({ sources, targets, via, avoid, onlyEnds, taxon, least }) {
  const groups = new Map();
  const barred = new Set([...avoid, ...onlyEnds]);
  for (let i = 0; i < FINDINGS.id.length; i += 1) {
    const association = ASSOCIATION_OF[i];
    const [cause, target] = [SUBJECT[association], OBJECT[association]];
    const mediators = FINDINGS.mediators.get(i);
    if (!mediators.length || !sources.includes(cause) || !targets.includes(target) || cause === target) continue;
    if (!DATA.predicates[KIND.get(association)[0]].effect || avoid.includes(cause) || avoid.includes(target)) continue;
    if (!isCounted(i) || !isOwn(i) || !inSpecies(taxon)(i)) continue;
    for (const mediator of mediators) {
      if (barred.has(mediator) || mediator === cause || mediator === target) continue;
      const key = `${association} ${mediator}`;
      if (!groups.has(key)) groups.set(key, { association, mediator, findings: [] });
      groups.get(key).findings.push(i);
    }
  }
  const letters = lettersFrom(least);
  const found = [];
  for (const { association, mediator, findings } of groups.values()) {
    const grade = gradeOf(findings, disputing(association));
    const entities = [SUBJECT[association], mediator, OBJECT[association]];
    const on = [...entities, ...findings.flatMap((i) => FINDINGS.cells.get(i))];
    if (grade === null || !letters.includes(grade.letter)) continue;
    if (!via.every((group) => on.some((one) => group.entities.has(one)))) continue;
    found.push({ association, entities, cost: grade.cost, sign: KIND.get(association)[2] });
  }
  const key = (path) => [ENTITIES.id[path.entities[1]], ASSOCIATION_IDS[path.association]];
  return found.sort((a, b) => a.cost - b.cost || compareIds(key(a), key(b)));
}

function compareIds(one, other) {
  for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return one[i] < other[i] ? -1 : 1;
  return 0;
}

/**
 * What is known of the effect of one entity on another itself, kinds of both included: by direction the findings
 * that the species and the filters (a flag for each finding) let pass, and those outside, never left unsaid.
 */
export function directTest(from, to, taxon = "", flags = null) {
  const [sources, targets] = [kindsOf(from), kindsOf(to)];
  /** @type {Map<string, { inside: number[], outside: number[] }>} */
  const found = new Map();
  for (let i = 0; i < FINDINGS.id.length; i += 1) {
    const [cause, target] = [SUBJECT[ASSOCIATION_OF[i]], OBJECT[ASSOCIATION_OF[i]]];
    const turned = DATA.predicates[KIND.get(ASSOCIATION_OF[i])[0]].symmetric && sources.includes(target) && targets.includes(cause);
    if (!turned && !(sources.includes(cause) && targets.includes(target))) continue;
    const kind = FINDINGS.direction.get(i);
    if (!found.has(kind)) found.set(kind, { inside: [], outside: [] });
    found.get(kind)?.[isOwn(i) && inSpecies(taxon)(i) && (flags?.[i] ?? 1) ? "inside" : "outside"].push(i);
  }
  return found;
}
