// Signed, entity-simple k-best paths: the same answers as mscgraph/paths/search.py, which explains them.
//
// Costs are whole micro-nats, so ties are exact; paths come in the order of (cost, steps, ids). The guide
// is the exact cheapest remaining walk by sign and steps left, so the first k paths found are the best.

const BUDGET = 1_000_000; // that of mscgraph.find_paths

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

// Edges are columns {source, target, sign, cost, ends} and `idOf`, the id of an edge; entities are numbers below
// `size`. The edges that leave entity e are row[first[e]] … row[first[e + 1] - 1].
export function makeNetwork(edges, size) {
  const { source, target } = edges;
  const first = new Uint32Array(size + 1);
  for (let e = 0; e < source.length; e += 1) if (source[e] !== target[e]) first[source[e] + 1] += 1;
  for (let i = 0; i < size; i += 1) first[i + 1] += first[i];
  const row = new Uint32Array(first[size]);
  const next = first.slice();
  for (let e = 0; e < source.length; e += 1) if (source[e] !== target[e]) row[next[source[e]]++] = e;
  return { ...edges, size, first, row };
}

function flagged(entities, size) {
  const flags = new Uint8Array(size);
  for (const entity of entities) flags[entity] = 1;
  return flags;
}

// tables[steps left]: cheapest walk of 1 … steps left to a target, three numbers (−, ?, +) an entity. `onlyEnds` may
// not lie between the ends of a path.
export function remainingWalks(network, targets, steps, onlyEnds = []) {
  const { size, first, row, target, sign, cost, ends } = network;
  const isTarget = flagged(targets, size);
  const barred = flagged(onlyEnds, size);
  const tables = [new Float64Array(size * 3).fill(Infinity)];
  for (let step = 0; step < steps; step += 1) {
    const shorter = tables[step];
    const longer = new Float64Array(size * 3).fill(Infinity);
    for (let from = 0; from < size; from += 1) {
      const base = from * 3 + 1;
      for (let at = first[from]; at < first[from + 1]; at += 1) {
        const edge = row[at];
        const to = target[edge];
        const dear = cost[edge];
        const turn = sign[edge];
        if (isTarget[to] && dear < longer[base + turn]) longer[base + turn] = dear;
        if (ends[edge] || barred[to]) continue;
        const ahead = to * 3 + 1;
        if (shorter[ahead] + dear < longer[base]) longer[base] = shorter[ahead] + dear;
        if (turn === 0) {
          const least = Math.min(shorter[ahead - 1], shorter[ahead + 1]) + dear;
          if (least < longer[base]) longer[base] = least;
        } else {
          if (shorter[ahead - turn] + dear < longer[base - 1]) longer[base - 1] = shorter[ahead - turn] + dear;
          if (shorter[ahead + turn] + dear < longer[base + 1]) longer[base + 1] = shorter[ahead + turn] + dear;
        }
      }
    }
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

function comparePaths(idOf) {
  return (a, b) => {
    if (a.cost !== b.cost) return a.cost - b.cost;
    if (a.path.length !== b.path.length) return a.path.length - b.path.length;
    for (let i = 0; i < a.path.length; i += 1) {
      if (a.path[i] !== b.path[i]) return idOf(a.path[i]) < idOf(b.path[i]) ? -1 : 1;
    }
    return 0;
  };
}

// Of parallel edges of one sign only the cheapest: the best path of every route. A read-out is kept where it is
// cheaper than what may be passed through.
export function cheapestEdges(network) {
  const { size, first, row, target, sign, cost, ends, idOf } = network;
  const kept = [];
  for (let from = 0; from < size; from += 1) {
    const leaving = [...row.subarray(first[from], first[from + 1])]
      .sort((a, b) => cost[a] - cost[b] || (idOf(a) < idOf(b) ? -1 : 1));
    const last = new Map();
    for (const edge of leaving) {
      const key = target[edge] * 3 + sign[edge] + 1;
      const before = last.get(key);
      if (before !== undefined && !(ends[before] && !ends[edge])) continue;
      last.set(key, edge);
      kept.push(edge);
    }
  }
  const next = new Uint32Array(size + 1);
  const { source } = network;
  for (const edge of kept) next[source[edge] + 1] += 1;
  for (let i = 0; i < size; i += 1) next[i + 1] += next[i];
  return { ...network, first: next, row: Uint32Array.from(kept) };
}

// Whether of each of `via`, a set of entities and a set of edges, one lies on a path.
const lies = (via, visited, path) =>
  via.every(({ entities, edges }) => visited.some((v) => entities.has(v)) || path.some((edge) => edges.has(edge)));

/**
 * The k cheapest paths as lists of edges, or with `routes` the best path of each of the k cheapest sequences of
 * entities. `via` must all lie on a path, `avoid` must not, `onlyEnds` not between its ends.
 */
export function searchPaths(network, sources, targets, options = {}) {
  const {
    k = 10, maxLength = 4, minLength = 1, signs = [-1, 0, 1], via = [], avoid = [], onlyEnds = [], routes = false,
    budget = BUDGET,
  } = options;
  const { first, row, source, target, sign, cost, ends } = network;
  const wanted = new Set(signs);
  const tables = options.tables ?? remainingWalks(network, targets, maxLength, onlyEnds);
  const isTarget = flagged(targets, network.size);
  const barred = flagged(avoid, network.size);
  const atEnds = flagged(onlyEnds, network.size);
  const heap = new Heap();
  for (const start of sources) {
    const bound = guide(tables[maxLength], start, 1, wanted);
    if (bound < Infinity && !barred[start]) {
      heap.push({ bound, finished: false, sign: 1, cost: 0, path: [], at: start });
    }
  }
  const found = [];
  const best = new Map();
  const order = comparePaths(network.idOf);
  let expanded = 0;
  let complete = true;
  while (heap.items.length) {
    if (best.size >= k && heap.items[0].bound > kthCost(best, k)) break;
    const entry = heap.pop();
    if (entry.finished) {
      const key = routes ? [source[entry.path[0]], ...entry.path.map((edge) => target[edge])].join(" ") : found.length;
      const before = best.get(key);
      if (!before || order(entry, before) < 0) best.set(key, entry);
      if (!routes) found.push(entry);
      continue;
    }
    expanded += 1;
    if (expanded > budget) {
      complete = false;
      break;
    }
    const { at, path } = entry;
    const visited = path.map((edge) => source[edge]);
    visited.push(at);
    const left = maxLength - path.length - 1;
    for (let place = first[at]; place < first[at + 1]; place += 1) {
      const edge = row[place];
      const to = target[edge];
      if (visited.includes(to) || barred[to]) continue;
      const net = entry.sign * sign[edge];
      const reached = entry.cost + cost[edge];
      const longer = [...path, edge];
      const ending = longer.length >= minLength && isTarget[to] && wanted.has(net) && lies(via, [...visited, to], longer);
      const ahead = !ends[edge] && !atEnds[to] && left ? guide(tables[left], to, net, wanted) : Infinity;
      if (ending) heap.push({ bound: reached, finished: true, sign: net, cost: reached, path: longer });
      if (ahead < Infinity) {
        heap.push({ bound: reached + ahead, finished: false, sign: net, cost: reached, path: longer, at: to });
      }
    }
  }
  return { paths: [...best.values()].sort(order).slice(0, k), complete };
}

// Finished paths come in the order of their cost, so the k-th that was kept costs the most of the first k.
function kthCost(best, k) {
  let place = 0;
  for (const { cost } of best.values()) {
    place += 1;
    if (place === k) return cost;
  }
  return Infinity;
}

// All simple paths by net sign: [−, ?, +], and whether the count was finished. The budget bounds the edges
// followed: those that reach a target or from which one is still in reach.
export function countPaths(network, sources, targets, maxLength, options = {}) {
  const { via = [], avoid = [], onlyEnds = [], minLength = 1, budget = BUDGET } = options;
  const { first, row, target, sign, ends } = network;
  const counts = [0, 0, 0];
  const tables = options.tables ?? remainingWalks(network, targets, maxLength, onlyEnds);
  const isTarget = flagged(targets, network.size);
  const closed = flagged(avoid, network.size);
  const atEnds = flagged(onlyEnds, network.size);
  const visited = [];
  const path = [];
  let followed = 0;
  let complete = true;
  const reaches = (left, entity) => {
    const at = entity * 3;
    return tables[left][at] < Infinity || tables[left][at + 1] < Infinity || tables[left][at + 2] < Infinity;
  };
  const walk = (at, soFar, left) => {
    closed[at] = 1;
    visited.push(at);
    for (let place = first[at]; place < first[at + 1] && complete; place += 1) {
      const edge = row[place];
      const to = target[edge];
      if (closed[to]) continue;
      const goesOn = left > 0 && !ends[edge] && !atEnds[to] && reaches(left, to);
      const endsHere = isTarget[to] && maxLength - left >= minLength;
      if (!endsHere && !goesOn) continue;
      followed += 1;
      if (followed > budget) {
        complete = false;
        break;
      }
      const net = soFar * sign[edge];
      path.push(edge);
      if (endsHere && (!via.length || lies(via, [...visited, to], path))) counts[net + 1] += 1;
      if (goesOn) walk(to, net, left - 1);
      path.pop();
    }
    visited.pop();
    closed[at] = 0;
  };
  for (const start of sources) if (!closed[start]) walk(start, 1, maxLength - 1);
  return { counts, complete };
}
