// Signed, entity-simple k-best paths: the same answers as mscgraph/paths/search.py, which explains them.
//
// Costs are whole micro-nats, so ties are exact; paths come in the order of (cost, steps, ids). The guide
// is the exact cheapest remaining walk by sign and steps left, so the first k paths found are the best.

class Heap {
  constructor() {
    this.items = [];
  }

  push(item) {
    const items = this.items;
    let i = items.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (items[parent].bound <= item.bound) break;
      items[i] = items[parent];
      i = parent;
    }
    items[i] = item;
  }

  pop() {
    const items = this.items;
    const top = items[0];
    const last = items.pop();
    if (!items.length) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1].bound < items[child].bound) child += 1;
      if (items[child].bound >= last.bound) break;
      items[i] = items[child];
      i = child;
    }
    items[i] = last;
    return top;
  }
}

// Edges are {source, target, sign, cost, id, ends}; entities are numbers below `size`.
function makeNetwork(edges, size) {
  const leaving = Array.from({ length: size }, () => []);
  for (const edge of edges) if (edge.source !== edge.target) leaving[edge.source].push(edge);
  for (const row of leaving) row.sort((a, b) => a.cost - b.cost || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return { leaving, size };
}

// tables[steps left]: cheapest walk of 1 … steps left to a target, three numbers (−, ?, +) an entity.
function remainingWalks(network, targets, steps) {
  const tables = [new Float64Array(network.size * 3).fill(Infinity)];
  for (let step = 0; step < steps; step += 1) {
    const shorter = tables[step];
    const longer = new Float64Array(network.size * 3).fill(Infinity);
    network.leaving.forEach((row, source) => {
      const base = source * 3 + 1;
      for (const edge of row) {
        if (targets.has(edge.target)) {
          longer[base + edge.sign] = Math.min(longer[base + edge.sign], edge.cost);
        }
        if (edge.ends) continue;
        for (const sign of [-1, 0, 1]) {
          const cost = shorter[edge.target * 3 + 1 + sign] + edge.cost;
          const at = base + sign * edge.sign;
          if (cost < longer[at]) longer[at] = cost;
        }
      }
    });
    tables.push(longer);
  }
  return tables;
}

function guide(table, entity, soFar, wanted) {
  let best = Infinity;
  for (const sign of [-1, 0, 1]) {
    const cost = table[entity * 3 + 1 + sign];
    // In JavaScript −1 · 0 is −0, which a Set takes for 0.
    if (cost < best && wanted.has(soFar * sign)) best = cost;
  }
  return best;
}

function comparePaths(a, b) {
  if (a.cost !== b.cost) return a.cost - b.cost;
  if (a.path.length !== b.path.length) return a.path.length - b.path.length;
  for (let i = 0; i < a.path.length; i += 1) {
    if (a.path[i].id !== b.path[i].id) return a.path[i].id < b.path[i].id ? -1 : 1;
  }
  return 0;
}

function searchPaths(network, sources, targets, options = {}) {
  const { k = 10, maxLength = 4, signs = [-1, 0, 1], budget = 200000 } = options;
  const wanted = new Set(signs);
  const tables = remainingWalks(network, targets, maxLength);
  const heap = new Heap();
  for (const source of sources) {
    const bound = guide(tables[maxLength], source, 1, wanted);
    if (bound < Infinity) heap.push({ bound, finished: false, sign: 1, cost: 0, path: [], at: source });
  }
  const found = [];
  let expanded = 0;
  let complete = true;
  while (heap.items.length) {
    const entry = heap.pop();
    if (found.length >= k && entry.bound > found[k - 1].cost) break;
    if (entry.finished) {
      found.push(entry);
      continue;
    }
    if (expanded >= budget) {
      complete = false;
      break;
    }
    expanded += 1;
    const { sign, cost, path, at } = entry;
    const left = maxLength - path.length - 1;
    for (const edge of network.leaving[at]) {
      if (edge.target === at || path.some((step) => step.source === edge.target)) continue;
      const reached = cost + edge.cost;
      const net = sign * edge.sign;
      const longer = [...path, edge];
      if (targets.has(edge.target) && wanted.has(net)) {
        heap.push({ bound: reached, finished: true, sign: net, cost: reached, path: longer });
      }
      if (!edge.ends && left) {
        const ahead = guide(tables[left], edge.target, net, wanted);
        if (ahead < Infinity) {
          heap.push({
            bound: reached + ahead, finished: false, sign: net, cost: reached, path: longer, at: edge.target,
          });
        }
      }
    }
  }
  found.sort(comparePaths);
  return { paths: found.slice(0, k), complete };
}

// All simple paths by net sign: [−, ?, +], and whether the count was finished.
function countPaths(network, sources, targets, maxLength, budget = 1000000) {
  const counts = [0, 0, 0];
  const tables = remainingWalks(network, targets, maxLength);
  const visited = new Uint8Array(network.size);
  let followed = 0;
  let complete = true;
  const reaches = (left, entity) => {
    const at = entity * 3;
    return Math.min(tables[left][at], tables[left][at + 1], tables[left][at + 2]) < Infinity;
  };
  const walk = (at, sign, left) => {
    visited[at] = 1;
    for (const edge of network.leaving[at]) {
      if (visited[edge.target] || !complete) continue;
      followed += 1;
      if (followed > budget) {
        complete = false;
        break;
      }
      const net = sign * edge.sign;
      if (targets.has(edge.target)) counts[net + 1] += 1;
      if (!edge.ends && left && reaches(left, edge.target)) walk(edge.target, net, left - 1);
    }
    visited[at] = 0;
  };
  for (const source of sources) walk(source, 1, maxLength - 1);
  return { counts, complete };
}

// -- the graph of this page ------------------------------------------------------------------------

let ownNetwork = null;

function pageNetwork() {
  if (ownNetwork) return ownNetwork;
  const edges = ASSOCIATIONS.id.map((id, i) => ({
    source: ASSOCIATIONS.subject[i],
    target: ASSOCIATIONS.object[i],
    sign: ASSOCIATIONS.sign[i],
    cost: ASSOCIATIONS.cost[i],
    id,
    ends: ASSOCIATIONS.readout[i],
    association: i,
  }));
  ownNetwork = makeNetwork(edges.filter((edge) => ASSOCIATIONS.walked[edge.association]), ENTITIES.id.length);
  return ownNetwork;
}

// An entity with its subclasses: a question about T cells finds Tregs.
function kindsOf(entity) {
  const kinds = new Set([entity]);
  ENTITIES.ancestors.forEach((ancestors, i) => ancestors.includes(entity) && kinds.add(i));
  return kinds;
}

const EFFECTS = { increase: [1], decrease: [-1], unknown: [0], any: [-1, 0, 1] };

function findPaths(from, to, { max = 4, effect = "any", k = 10 } = {}) {
  const network = pageNetwork();
  const sources = kindsOf(from);
  const targets = kindsOf(to);
  const found = searchPaths(network, sources, targets, { k, maxLength: max, signs: EFFECTS[effect] });
  const { counts, complete } = countPaths(network, sources, targets, max);
  return {
    complete: found.complete && complete,
    verdict: [counts[2], counts[0], counts[1]],
    paths: found.paths.map(({ path }) => path.map((edge) => edge.association)),
  };
}
