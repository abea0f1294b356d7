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

// tables[steps left]: cheapest walk of 1 … steps left to a target, three numbers (−, ?, +) an entity.
export function remainingWalks(network, targets, steps) {
  const { size, first, row, target, sign, cost, ends } = network;
  const isTarget = flagged(targets, size);
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
        if (ends[edge]) continue;
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

// The k cheapest paths as lists of edges. `via` must all lie on a path, ends included; `avoid` must not.
export function searchPaths(network, sources, targets, options = {}) {
  const { k = 10, maxLength = 4, signs = [-1, 0, 1], via = [], avoid = [], budget = BUDGET } = options;
  const { first, row, source, target, sign, cost, ends } = network;
  const wanted = new Set(signs);
  const tables = options.tables ?? remainingWalks(network, targets, maxLength);
  const isTarget = flagged(targets, network.size);
  const barred = flagged(avoid, network.size);
  const heap = new Heap();
  for (const start of sources) {
    const bound = guide(tables[maxLength], start, 1, wanted);
    if (bound < Infinity && !barred[start]) {
      heap.push({ bound, finished: false, sign: 1, cost: 0, path: [], at: start });
    }
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
    const { path, at } = entry;
    const left = maxLength - path.length - 1;
    const visited = path.map((edge) => source[edge]);
    visited.push(at);
    for (let place = first[at]; place < first[at + 1]; place += 1) {
      const edge = row[place];
      const to = target[edge];
      if (barred[to] || visited.includes(to)) continue;
      const reached = entry.cost + cost[edge];
      const net = entry.sign * sign[edge];
      const ending = isTarget[to] && wanted.has(net) && via.every((v) => v === to || visited.includes(v));
      const ahead = !ends[edge] && left ? guide(tables[left], to, net, wanted) : Infinity;
      if (!ending && ahead === Infinity) continue;
      const longer = [...path, edge];
      if (ending) heap.push({ bound: reached, finished: true, sign: net, cost: reached, path: longer });
      if (ahead < Infinity) {
        heap.push({ bound: reached + ahead, finished: false, sign: net, cost: reached, path: longer, at: to });
      }
    }
  }
  found.sort(comparePaths(network.idOf));
  return { paths: found.slice(0, k), complete };
}

// All simple paths by net sign: [−, ?, +], and whether the count was finished. The budget bounds the edges
// followed: those that reach a target or from which one is still in reach.
export function countPaths(network, sources, targets, maxLength, options = {}) {
  const { via = [], avoid = [], budget = BUDGET } = options;
  const { first, row, target, sign, ends } = network;
  const counts = [0, 0, 0];
  if (via.some((entity) => avoid.includes(entity))) return { counts, complete: true };
  const tables = options.tables ?? remainingWalks(network, targets, maxLength);
  const isTarget = flagged(targets, network.size);
  const isVia = flagged(via, network.size);
  const needed = isVia.reduce((sum, flag) => sum + flag, 0);
  const closed = flagged(avoid, network.size);
  let followed = 0;
  let complete = true;
  const reaches = (left, entity) => {
    const at = entity * 3;
    return tables[left][at] < Infinity || tables[left][at + 1] < Infinity || tables[left][at + 2] < Infinity;
  };
  const walk = (at, soFar, left, missing) => {
    closed[at] = 1;
    for (let place = first[at]; place < first[at + 1] && complete; place += 1) {
      const edge = row[place];
      const to = target[edge];
      if (closed[to]) continue;
      const goesOn = left > 0 && !ends[edge] && reaches(left, to);
      if (!isTarget[to] && !goesOn) continue;
      followed += 1;
      if (followed > budget) {
        complete = false;
        break;
      }
      const net = soFar * sign[edge];
      const lacking = missing - isVia[to];
      if (isTarget[to] && lacking === 0) counts[net + 1] += 1;
      if (goesOn) walk(to, net, left - 1, lacking);
    }
    closed[at] = 0;
  };
  for (const start of sources) if (!closed[start]) walk(start, 1, maxLength - 1, needed - isVia[start]);
  return { counts, complete };
}
