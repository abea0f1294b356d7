// Which entities and lines are drawn: the opening picture, a neighbourhood, paths, or everything.

import { DATA, ENTITIES, LINE_OF, lineBetween, LINES, LINES_OF } from "./data.js";
import { plural } from "./elements.js";
import { filtered } from "./filters.js";
import { findPaths } from "./path_finder.js";
import { hasConditions, isFiltered, pathConditions } from "./state.js";

const MOST_DRAWN = 90; // what a person can read at once
const MOST_LINES = 45;
const MOST_LINES_CUT = 120;
export const MOST_POSSIBLE = 900; // what a browser draws without delay

const OPENING = {
  entities: DATA.picture.nodes.map(([entity]) => entity),
  lines: DATA.picture.lines.map(([cause, target]) => lineBetween(cause, target)),
  places: new Map(DATA.picture.nodes.map(([entity, x, y]) => [entity, { x, y }])),
};
export const CONNECTED = ENTITIES.id.map((_, i) => i).filter((i) => LINES_OF[i].length);

/** @type {{ key: string, answer: any }} */
let lastAnswer = { key: "", answer: null };

// The paths asked for in the address, or those that the page was made for.
export function answerFor(state) {
  if (state.from === null || state.to === null) return null;
  const given = DATA.start.answer;
  if (given && given.from === state.from && given.to === state.to && given.length === state.max
    && state.effect === "any" && state.k === 30 && !hasConditions(state)) return given;
  const { from, to, max, effect, k, via, avoid, taxon, least } = state;
  const key = pathConditions(state).join("|");
  if (lastAnswer.key !== key) {
    lastAnswer = { key, answer: findPaths(from, to, { max, effect, k, via, avoid, taxon, least }) };
  }
  return lastAnswer.answer;
}

export const lineOf = (association) => LINE_OF[association];

// Lines of a neighbourhood, nearest and best evidenced first, so that a cap keeps what matters.
function neighbourhood(focus, steps) {
  /** @type {Map<number, any>} */
  const distance = new Map([[focus, 0]]);
  let frontier = [focus];
  for (let step = 1; step <= steps; step += 1) {
    const next = [];
    for (const entity of frontier) {
      for (const at of LINES_OF[entity]) {
        const { cause, target } = LINES[at];
        for (const other of [cause, target]) {
          if (!distance.has(other)) {
            distance.set(other, step);
            next.push(other);
          }
        }
      }
    }
    frontier = next;
  }
  return distance;
}

function evidenceOf(entity) {
  let sum = 0;
  for (const at of LINES_OF[entity]) sum += LINES[at].size;
  return sum;
}

function linesAmong(entities) {
  const inside = new Set(entities);
  const found = [];
  for (const entity of inside) {
    for (const at of LINES_OF[entity]) {
      if (LINES[at].cause === entity && inside.has(LINES[at].target)) found.push(at);
    }
  }
  return found.sort((a, b) => a - b);
}

// {entities, lines, places?, cut?, note}: of what passes the filters, without boxes that no line reaches; the same
// picture as long as it holds the same, so that what has not changed need not be drawn again.
export function select(state) {
  const found = onlyPassing(state, chosen(state));
  const key = JSON.stringify([found.entities, found.lines, found.note]);
  if (key !== lastPicture.key) lastPicture = { key, picture: found };
  return lastPicture.picture;
}

/** @type {{ key: string, picture: any }} */
let lastPicture = { key: "", picture: null };

const isHidden = (state, line) => filtered(state).judged(line).verdict === "hidden";

function onlyPassing(state, picture) {
  const lines = picture.lines.filter((line) => !isHidden(state, line));
  if (lines.length === picture.lines.length) return picture;
  const kept = new Set(lines.flatMap((line) => [LINES[line].cause, LINES[line].target]));
  for (const end of [state.focus, state.from, state.to, state.entity]) if (end !== null) kept.add(end);
  const { places, ...rest } = picture; // laid out anew
  return { ...rest, lines, entities: picture.entities.filter((entity) => kept.has(entity)) };
}

function chosen(state) {
  const answer = answerFor(state);
  const picture = answer ? selectPaths(state, answer)
    : state.focus !== null ? selectNeighbourhood(state)
    : state.all ? selectAll()
    : selectOpening(state);
  return pictureHolds(state, picture) ? picture : widen(state, picture);
}

function selectPaths(state, answer) {
  const entities = new Set([state.from, state.to, ...answer.routes.flatMap((route) => route.entities)]);
  const lines = new Set(answer.paths.flat().map(lineOf));
  for (const route of answer.routes) for (const at of linesThrough(route.entities)) lines.add(at);
  const direct = lineBetween(state.from, state.to);
  if (direct !== undefined) lines.add(direct);
  for (const at of lines) entities.add(LINES[at].cause).add(LINES[at].target);
  return {
    entities: [...entities],
    lines: [...lines].sort((a, b) => a - b),
    note: `${plural(answer.routes.length, "route")}`,
  };
}

// The lines from each of some entities to the next, where there are any.
const linesThrough = (entities) =>
  entities.slice(1).flatMap((entity, i) => lineBetween(entities[i], entity) ?? []);

function selectNeighbourhood(state) {
  const distance = neighbourhood(state.focus, state.steps);
  const everyone = [...distance.keys()];
  let entities = everyone;
  if (!state.all && everyone.length > MOST_DRAWN) {
    const order = (a, b) => distance.get(a) - distance.get(b) || evidenceOf(b) - evidenceOf(a) || a - b;
    entities = everyone.sort(order).slice(0, MOST_DRAWN);
  }
  const among = linesAmong(entities);
  // Lines that lead nearer to the focus always; those between its neighbours only while few enough to
  // be told apart.
  const nearer = ({ cause, target }) => distance.get(cause) !== distance.get(target);
  let lines = among.length > MOST_LINES ? among.filter((at) => nearer(LINES[at])) : among;
  const name = ENTITIES.name[state.focus];
  if (!state.all && lines.length > MOST_LINES_CUT) {
    const near = ({ cause, target }) => Math.min(distance.get(cause), distance.get(target));
    const order = (a, b) =>
      near(LINES[a]) - near(LINES[b]) || LINES[b].size - LINES[a].size || a - b;
    lines = lines.sort(order).slice(0, MOST_LINES_CUT).sort((a, b) => a - b);
    const ends = new Set(lines.flatMap((at) => [LINES[at].cause, LINES[at].target]));
    entities = entities.filter((entity) => ends.has(entity));
  }
  const cut = entities.length < everyone.length;
  return {
    entities,
    lines,
    cut,
    note: cut
      ? `The ${entities.length} best evidenced of ${everyone.length} entities around ${name}`
      : `${plural(state.steps, "step")} around ${name}`,
  };
}

function selectAll() {
  if (CONNECTED.length > MOST_POSSIBLE) {
    return {
      ...selectOpening({}),
      note: `${CONNECTED.length} entities are too many to draw: search for one, or use the table`,
    };
  }
  return { entities: CONNECTED, lines: LINES.map((line) => line.at), note: "All relations" };
}

// The opening picture; a relation that is looked at joins it when it is not there.
function selectOpening(state) {
  if (isFiltered(state)) return selectBest(state);
  const cut = OPENING.lines.length < LINES.length;
  const lines = [...OPENING.lines];
  const shown = new Set(OPENING.entities);
  const open = state.line ?? null;
  if (open !== null && shown.has(LINES[open].cause) && shown.has(LINES[open].target)
    && !lines.includes(open)) lines.push(open);
  return {
    entities: OPENING.entities,
    lines,
    places: OPENING.places,
    cut,
    note: cut
      ? `The ${plural(OPENING.lines.length, "best evidenced relation")} of ${LINES.length}: search or focus to see others`
      : "",
  };
}

// The best evidenced relations of those that pass the filters, chosen as mscgraph/render/drawing.py chooses the
// opening ones: the entities best evidenced as links between others, and the best lines between them.
function selectBest(state) {
  const { judged } = filtered(state);
  const lines = passingLines(state);
  const drawable = lines.length > DATA.opening.pairs ? linesToDraw(lines, judged) : lines;
  const entities = [...new Set(drawable.flatMap((at) => [LINES[at].cause, LINES[at].target]))];
  const cut = drawable.length < lines.length;
  return {
    entities,
    lines: drawable,
    cut,
    note: cut ? `The ${plural(drawable.length, "best evidenced relation")} of ${lines.length} that pass` : "",
  };
}

// Of each column as many as it has room; where few columns have any, more of those.
function bestOfColumns(ranked) {
  const { columns } = DATA.opening;
  const room = [...columns];
  const best = ranked.filter((e) => room[ENTITIES.role[e]]-- > 0);
  const rest = ranked.filter((e) => !best.includes(e));
  const most = columns.reduce((sum, n) => sum + n, 0);
  return new Set([...best, ...rest.slice(0, Math.max(0, most - best.length))]);
}

function linesToDraw(lines, judged) {
  const leaving = new Float64Array(ENTITIES.id.length);
  const arriving = new Float64Array(ENTITIES.id.length);
  for (const at of lines) {
    leaving[LINES[at].cause] += judged(at).shown.length;
    arriving[LINES[at].target] += judged(at).shown.length;
  }
  const score = (e) => arriving[e] + leaving[e] + 3 * Math.min(arriving[e], leaving[e]);
  const best = bestOfColumns(CONNECTED.filter((e) => score(e) > 0).sort((a, b) => score(b) - score(a) || a - b));
  const grade = (at) => (DATA.letters.indexOf(judged(at).grade) + 1 || 99);
  let back = DATA.opening.feedback;
  const forward = ({ cause, target }) => ENTITIES.role[cause] <= ENTITIES.role[target];
  const ranked = lines.filter((at) => best.has(LINES[at].cause) && best.has(LINES[at].target))
    .sort((a, b) => grade(a) - grade(b) || judged(b).shown.length - judged(a).shown.length || a - b)
    .filter((at) => forward(LINES[at]) || back-- > 0);
  const [out, into] = [new Set(), new Set()];
  const needed = ranked.filter((at) => {
    const { cause, target } = LINES[at];
    const first = !out.has(cause) || !into.has(target);
    out.add(cause);
    into.add(target);
    return first;
  });
  const rest = ranked.filter((at) => !needed.includes(at));
  return [...needed, ...rest.slice(0, Math.max(0, DATA.opening.pairs - needed.length))].sort((a, b) => a - b);
}

// Looking at something that the picture does not hold moves the focus to it, unless the filters hide it.
function pictureHolds(state, picture) {
  if (state.line !== null && isHidden(state, state.line)) return true;
  if (state.entity !== null) return picture.entities.includes(state.entity);
  if (state.line !== null) return picture.lines.includes(state.line);
  return true;
}

// A link to an entity or relation outside the picture draws its surroundings.
function widen(state, picture) {
  const focus = state.entity ?? LINES[state.line].cause;
  if (!LINES_OF[focus].length) return picture;
  const around = selectNeighbourhood({ ...state, focus, steps: 1 });
  if (state.line === null || around.lines.includes(state.line)) return around;
  const { cause, target } = LINES[state.line];
  return { ...around, entities: [...new Set([...around.entities, cause, target])], lines: [...around.lines, state.line] };
}

// The lines that stand out: those of the picked path, of the open line or entity; null where none do.
export function litLines(state, visible) {
  if (state.line !== null && visible.includes(state.line)) return new Set([state.line]);
  if (state.entity !== null) {
    return new Set(visible.filter((line) => LINES[line].cause === state.entity || LINES[line].target === state.entity));
  }
  const answer = answerFor(state);
  const picked = state.path && answer?.paths[state.path - 1];
  if (!picked) return null;
  const route = answer.routes.find(({ paths }) => paths.includes(picked));
  return new Set([...picked.map(lineOf), ...linesThrough(route.entities)]);
}

const ALL_LINES = LINES.map((line) => line.at);

export const passingLines = (state) => ALL_LINES.filter((line) => !isHidden(state, line));

// The table holds what the picture holds; when all is asked for, also what is too much to draw.
export function tableLines(state, picture) {
  const all = state.all && !answerFor(state) && state.focus === null;
  return all ? passingLines(state) : picture.lines;
}
