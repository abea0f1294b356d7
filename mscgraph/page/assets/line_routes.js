// The way of each line from box to box: straight where columns are neighbours, through the gaps between
// boxes where it passes a column, underneath everything where it leads back from effect to cause. Many lines of
// one cause leave it as one trunk, from which they branch off level.

import { ENTITIES, LINES } from "./data.js";
import { BOX_HEIGHT, boxWidth, ROW } from "./layout.js";

const UNDERNEATH = 8; // more feedback lines than this would make a carpet: then they take the gaps too
const STUB = 14;
const TRUNK_FROM = 5; // lines
const MOST_TRUNKS = 3; // beside a column: more do not fit into the channel
const BEND = 6;

export function routeLines(lines, places) {
  const columns = columnsOf(places);
  const columnAt = new Map();
  columns.forEach((column, i) => column.boxes.forEach((box) => columnAt.set(box.entity, i)));
  const joined = lines.map((at) => LINES[at]);
  const backward = joined.filter((l) => columnAt.get(l.cause) > columnAt.get(l.target));
  const under = new Set(backward.length <= UNDERNEATH ? backward : []);
  const trunks = findTrunks(joined.filter((l) => columnAt.get(l.cause) < columnAt.get(l.target)), columns, columnAt);
  const ports = assignPorts(joined, places, columnAt, under);
  const bottom = Math.max(...[...places.values()].map(({ y }) => y)) + ROW;
  let lane = 0;
  const routes = new Map();
  for (const line of joined) {
    const ends = { from: ports.get(`${line.at} out`), to: ports.get(`${line.at} in`) };
    const a = columnAt.get(line.cause);
    const b = columnAt.get(line.target);
    const trunk = a < b ? trunks.get(line.cause) : undefined;
    let points;
    if (line.cause === line.target) points = null;
    else if (under.has(line)) points = lanePoints(ends, columns[a].right, columns[b].left, bottom, lane++);
    else if (trunk) points = branchOff(trunk, ends, a, b, columns, places.get(line.cause));
    else points = throughGaps(ends, a, b, columns);
    const route = describe(line, points, ends, a, b, under.has(line), places);
    if (trunk && points) route.path = trunkStart(trunk, points[0].y) + route.path.slice(route.path.search(/[LC]/));
    routes.set(line.at, route);
  }
  return { routes, trunks: [...trunks.values()].map((trunk) => ({ ...trunk, path: trunkPath(trunk) })) };
}

// The causes with many lines to the right, and where the trunk of each stands: the fullest farthest out, so that
// its branches cross no other.
function findTrunks(forward, columns, columnAt) {
  const linesOf = new Map();
  for (const { cause, at } of forward) linesOf.set(cause, [...(linesOf.get(cause) ?? []), at]);
  const many = [...linesOf].filter(([, lines]) => lines.length >= TRUNK_FROM).sort((a, b) => b[1].length - a[1].length || a[0] - b[0]);
  const trunks = new Map();
  columns.forEach((column, i) => {
    const own = many.filter(([cause]) => columnAt.get(cause) === i).slice(0, MOST_TRUNKS).reverse();
    own.forEach(([cause, lines], k) => {
      const { y, half } = column.boxes.find(({ entity }) => entity === cause);
      const from = { x: (column.left + column.right) / 2 + half, y };
      const words = column.right + 3;
      trunks.set(cause, { entity: cause, lines, from, words, x: column.right + 10 + 12 * k, low: y, high: y });
    });
  });
  return trunks;
}

function branchOff(trunk, { to }, a, b, columns, { y }) {
  const points = throughGaps({ from: { x: trunk.x, y }, to }, a, b, columns);
  points[0] = { x: trunk.x, y: points[1].y };
  trunk.low = Math.min(trunk.low, points[0].y);
  trunk.high = Math.max(trunk.high, points[0].y);
  return points;
}

// From the box to the trunk, along it, and off at a height.
function trunkStart({ from, x }, y) {
  const down = Math.sign(y - from.y);
  const bend = Math.min(BEND, Math.abs(y - from.y) / 2);
  return `M${xy(from)}L${xy({ x: x - bend, y: from.y })}Q${xy({ x, y: from.y })} ${xy({ x, y: from.y + down * bend })}`
    + `L${xy({ x, y: y - down * bend })}Q${xy({ x, y })} ${xy({ x: x + bend, y })}`;
}

const trunkPath = ({ from, x, low, high }) =>
  `M${xy(from)}L${xy({ x, y: from.y })}M${xy({ x, y: Math.min(low + BEND, from.y) })}L${xy({ x, y: Math.max(high - BEND, from.y) })}`;

function columnsOf(places) {
  const byX = new Map();
  for (const [entity, { x, y }] of places) {
    if (!byX.has(x)) byX.set(x, []);
    byX.get(x).push({ entity, y, half: boxWidth(ENTITIES.name[entity]) / 2 });
  }
  return [...byX.entries()]
    .sort(([a], [b]) => a - b)
    .map(([x, boxes]) => {
      boxes.sort((a, b) => a.y - b.y);
      const half = Math.max(...boxes.map((box) => box.half));
      return { left: x - half, right: x + half, boxes, gaps: gapsOf(boxes), taken: [] };
    });
}

// The free stretches of a column: above the first box, between boxes, below the last.
function gapsOf(boxes) {
  const clear = BOX_HEIGHT / 2 + 4;
  const edges = [-Infinity, ...boxes.flatMap(({ y }) => [y - clear, y + clear]), Infinity];
  const gaps = [];
  for (let i = 0; i < edges.length; i += 2) {
    if (edges[i + 1] >= edges[i]) gaps.push({ low: edges[i], high: edges[i + 1] });
  }
  return gaps;
}

// Spread the lines of a box along its sides, in the order of where they come from or go to.
function assignPorts(lines, places, columnAt, under) {
  const sides = new Map();
  const add = (entity, side, key, other) => {
    const name = `${entity} ${side}`;
    if (!sides.has(name)) sides.set(name, []);
    sides.get(name).push({ key, other });
  };
  for (const line of lines) {
    if (line.cause === line.target) continue;
    const a = columnAt.get(line.cause);
    const b = columnAt.get(line.target);
    const low = under.has(line) ? 100000 : 0;
    const back = a > b && !under.has(line);
    add(line.cause, back ? "left" : "right", `${line.at} out`, places.get(line.target).y + low);
    add(line.target, back || a === b ? "right" : "left", `${line.at} in`, places.get(line.cause).y + low);
  }
  const ports = new Map();
  for (const [name, members] of sides) {
    const [entity, side] = name.split(" ");
    const { x, y } = places.get(Number(entity));
    const half = boxWidth(ENTITIES.name[Number(entity)]) / 2;
    members.sort((a, b) => a.other - b.other || (a.key < b.key ? -1 : 1));
    const step = Math.min(6, (BOX_HEIGHT - 6) / members.length);
    members.forEach(({ key }, i) => {
      ports.set(key, {
        x: side === "right" ? x + half : x - half,
        y: y + (i - (members.length - 1) / 2) * step,
        side: side === "right" ? 1 : -1,
      });
    });
  }
  return ports;
}

function throughGaps({ from, to }, a, b, columns) {
  const points = [from];
  const step = a < b ? 1 : -1;
  for (let i = a + step; a !== b && i !== b; i += step) {
    const column = columns[i];
    const share = (column.left - from.x) / (to.x - from.x);
    const wanted = from.y + (to.y - from.y) * share;
    const y = freeHeight(column, wanted);
    points.push({ x: step > 0 ? column.left - 4 : column.right + 4, y });
    points.push({ x: step > 0 ? column.right + 4 : column.left - 4, y });
  }
  points.push(to);
  return points;
}

// The free height of a column nearest to the one wanted, a little off the lines that pass there already.
function freeHeight(column, wanted) {
  const inside = (gap, y) => Math.min(Math.max(y, gap.low), gap.high);
  let best = { y: wanted, cost: Infinity };
  const away = (gap) => Math.abs(inside(gap, wanted) - wanted);
  for (const gap of [...column.gaps].sort((a, b) => away(a) - away(b)).slice(0, 5)) {
    for (let step = 0; step < 9; step += 1) {
      const aside = Math.ceil(step / 2) * 5 * (step % 2 ? 1 : -1);
      const y = inside(gap, inside(gap, wanted) + aside);
      const crowd = column.taken.filter((other) => Math.abs(other - y) < 5).length;
      const cost = Math.abs(y - wanted) + crowd * 30;
      if (cost < best.cost) best = { y, cost };
    }
  }
  column.taken.push(best.y);
  return best.y;
}

function describe(line, points, ends, a, b, isUnder, places) {
  if (line.cause === line.target) return { along: [], ...loop(places.get(line.cause)) };
  if (isUnder) return { along: [], ...underneath(...points) };
  if (a === b) return { along: [], ...bulge(ends) };
  let path = `M${xy(points[0])}`;
  for (let i = 1; i < points.length; i += 1) {
    const [p, q] = [points[i - 1], points[i]];
    if (p.y === q.y) path += `L${xy(q)}`;
    else {
      const bend = (q.x - p.x) / 2;
      path += `C${xy({ x: p.x + bend, y: p.y })} ${xy({ x: q.x - bend, y: q.y })} ${xy(q)}`;
    }
  }
  const k = Math.floor((points.length - 1) / 2);
  /** @type {[any, any]} */
  const last = [points.at(-2), points.at(-1)];
  return { path, middle: halfway(points[k], points[k + 1]), along: SHARES.map((share) => onBend(last, share)) };
}

function bulge({ from, to }) {
  const out = 26 + Math.abs(to.y - from.y) / 8;
  const right = Math.max(from.x, to.x) + out;
  return {
    path: `M${xy(from)}C${xy({ x: right, y: from.y })} ${xy({ x: right, y: to.y })} ${xy(to)}`,
    middle: { x: (from.x + to.x) / 8 + right * 0.75, y: (from.y + to.y) / 2 },
  };
}

function lanePoints({ from, to }, right, left, bottom, lane) {
  return [from, to, right + STUB + 4 * lane, left - STUB - 4 * lane, bottom + 12 * lane];
}

function underneath(from, to, right, left, y) {
  return {
    path:
      `M${xy(from)}Q${xy({ x: right, y: from.y })} ${xy({ x: right, y: from.y + STUB })}` +
      `L${xy({ x: right, y: y - STUB })}Q${xy({ x: right, y })} ${xy({ x: right - STUB, y })}` +
      `L${xy({ x: left + STUB, y })}Q${xy({ x: left, y })} ${xy({ x: left, y: y - STUB })}` +
      `L${xy({ x: left, y: to.y + STUB })}Q${xy({ x: left, y: to.y })} ${xy(to)}`,
    middle: { x: (left + right) / 2, y },
  };
}

function loop({ x, y }) {
  const top = y - BOX_HEIGHT / 2;
  return {
    path: `M${xy({ x: x - 8, y: top })}C${xy({ x: x - 22, y: top - 24 })} ${xy({ x: x + 22, y: top - 24 })} ${xy({ x: x + 8, y: top })}`,
    middle: { x, y: top - 18 },
  };
}

// Places on the last bend, from the arrow head backwards.
const SHARES = [0.72, 0.64, 0.56, 0.48, 0.4, 0.32, 0.24];

function onBend([p, q], t) {
  const x = p.x + (q.x - p.x) * (1.5 * t * (1 - t) + t * t * t);
  const y = p.y + (q.y - p.y) * t * t * (3 - 2 * t);
  return { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 };
}

const xy = ({ x, y }) => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
const halfway = (p, q) => ({ x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 });
