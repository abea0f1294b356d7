// Path questions to the graph of this page: the same answers as mscgraph.find_paths.

import {
  ASSOCIATION_IDS, DATA, disputing, ENTITIES, FINDINGS, GRADING, isWalked, KIND, OBJECT, SUBJECT,
  supporting,
} from "./data.js";
import { gradeOf } from "./grading.js";
import { countPaths, makeNetwork, remainingWalks, searchPaths } from "./paths.js";

const NETWORKS = new Map();

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

function walkable(taxon, least) {
  const letters = DATA.letters.slice(0, least ? DATA.letters.indexOf(least) + 1 : DATA.letters.length);
  /** @type {Record<string, number[]>} */
  const edges = { source: [], target: [], sign: [], cost: [], ends: [], association: [] };
  for (let i = 0; i < SUBJECT.length; i += 1) {
    if (!isWalked(i)) continue;
    let pro = supporting(i);
    let [letter, cost] = GRADING.get(i);
    if (taxon) {
      pro = pro.filter((f) => FINDINGS.species.get(f)[0].includes(taxon));
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

const EFFECTS = { increase: [1], decrease: [-1], unknown: [0], any: [-1, 0, 1] };

export function findPaths(from, to, options = {}) {
  const { max = 4, effect = "any", k = 10, via = [], avoid = [], taxon = "", least = "" } = options;
  const network = networkOf(taxon, least);
  const [sources, targets] = [kindsOf(from), kindsOf(to)];
  const tables = remainingWalks(network, targets, max);
  const conditions = { via, avoid, tables };
  const found = searchPaths(network, sources, targets, { k, maxLength: max, signs: EFFECTS[effect], ...conditions });
  const { counts, complete } = countPaths(network, sources, targets, max, conditions);
  return {
    complete: found.complete && complete,
    verdict: [counts[2], counts[0], counts[1]],
    paths: found.paths.map(({ path }) => path.map((edge) => network.association[edge])),
  };
}
