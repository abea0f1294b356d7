// Where boxes stand when the picture is not the opening one, whose places were computed beforehand.
// The same method as mscgraph/render/placement.py in short: columns by role, a few barycentre passes, then each
// box near its neighbours. No physics: the same selection gives the same picture.

import { ENTITIES, LINES, ROLES } from "./data.js";

export const BOX_HEIGHT = 26;
export const ROW = 40;
const CHANNEL = 64;
const NARROWEST = 104; // room for the head of a column
const MOST_ROWS = 26;
const LONGEST = 20;

export const short = (name) =>
  [...name].length <= LONGEST ? name : `${[...name].slice(0, LONGEST - 1).join("").trimEnd()}…`;
export const boxWidth = (name) => 24 + 7 * [...short(name)].length;

export function placeSelection(picture) {
  if (picture.places) return picture.places;
  const beside = new Map(picture.entities.map((entity) => [entity, []]));
  for (const at of picture.lines) {
    const { cause, target } = LINES[at];
    if (ENTITIES.role[cause] === ENTITIES.role[target]) continue; // one column: nothing to pull
    beside.get(cause).push(target);
    beside.get(target).push(cause);
  }
  const columns = ROLES.map((_, role) =>
    middleOut(picture.entities.filter((e) => ENTITIES.role[e] === role), beside),
  ).filter((column) => column.length);
  untangle(columns, beside);
  return setHeights(splitTall(columns), beside);
}

// To begin with, what has most neighbours in the middle and the rest around it.
function middleOut(entities, beside) {
  const ranked = [...entities].sort((a, b) => beside.get(b).length - beside.get(a).length || a - b);
  const column = [];
  ranked.forEach((e, i) => (i % 2 ? column.unshift(e) : column.push(e)));
  return column;
}

// Order each column by the mean place of its neighbours, to and fro.
function untangle(columns, beside) {
  const place = new Map();
  const settle = (column) => column.forEach((e, i) => place.set(e, (i + 0.5) / column.length));
  columns.forEach(settle);
  for (let sweep = 0; sweep < 8; sweep += 1) {
    for (const column of sweep % 2 ? [...columns].reverse() : columns) {
      const wanted = new Map(column.map((e) => [e, mean(beside.get(e).map((n) => place.get(n)), place.get(e))]));
      column.sort((a, b) => wanted.get(a) - wanted.get(b) || place.get(a) - place.get(b));
      settle(column);
    }
  }
}

function mean(values, otherwise) {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : otherwise;
}

function splitTall(columns) {
  return columns.flatMap((column) => {
    const count = Math.ceil(column.length / MOST_ROWS);
    return Array.from({ length: count }, (_, part) => column.filter((__, i) => i % count === part));
  });
}

function setHeights(columns, beside) {
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const height = new Map();
  for (const column of columns) {
    column.forEach((e, i) => height.set(e, (i + (tallest - column.length) / 2) * ROW));
  }
  for (let sweep = 0; sweep < 6; sweep += 1) {
    for (const column of sweep % 2 ? [...columns].reverse() : columns) {
      const wanted = column.map((e) => mean(beside.get(e).map((n) => height.get(n)), height.get(e)));
      apart(wanted, (tallest - 1) * ROW).forEach((y, i) => height.set(column[i], y));
    }
  }
  const places = new Map();
  let right = 0;
  for (const column of columns) {
    const widest = Math.max(NARROWEST, ...column.map((e) => boxWidth(ENTITIES.name[e])));
    for (const e of column) {
      places.set(e, { x: right + Math.floor(widest / 2), y: Math.round(height.get(e)) });
    }
    right += widest + CHANNEL;
  }
  return places;
}

// The heights nearest to those wanted that keep the order and a row between (isotonic regression).
function apart(wanted, bottom) {
  const pools = [];
  wanted.forEach((value, i) => {
    let pool = { mean: value - i * ROW, count: 1 };
    while (pools.length && pools.at(-1).mean >= pool.mean) {
      const before = pools.pop();
      const count = before.count + pool.count;
      pool = { mean: (before.mean * before.count + pool.mean * pool.count) / count, count };
    }
    pools.push(pool);
  });
  const most = bottom - (wanted.length - 1) * ROW;
  const flat = pools.flatMap(({ mean: at, count }) => Array(count).fill(Math.min(Math.max(at, 0), most)));
  return flat.map((y, i) => y + i * ROW);
}
