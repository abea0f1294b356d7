// Which entities and lines are drawn: the opening picture, a neighbourhood, paths, or everything.

const MOST_DRAWN = 90; // what a person can read at once
const MOST_LINES = 45;
const MOST_LINES_CUT = 120;
const MOST_POSSIBLE = 900; // what a browser draws without delay

const OPENING = {
  entities: DATA.picture.nodes.map(([entity]) => entity),
  lines: DATA.picture.lines.map(([cause, target]) => LINE_AT.get(lineKey(cause, target))),
  places: new Map(DATA.picture.nodes.map(([entity, x, y]) => [entity, { x, y }])),
};
const CONNECTED = ENTITIES.id.map((_, i) => i).filter((i) => LINES_OF[i].length);

let lastAnswer = { key: "", answer: null };

// The paths asked for in the address, or those that the page was made for.
function answerFor(state) {
  if (state.from === null || state.to === null) return null;
  const given = DATA.start.answer;
  if (given && given.from === state.from && given.to === state.to && given.length === state.max
    && state.effect === "any" && state.k === 30 && !hasConditions(state)) return given;
  const { from, to, max, effect, k, via, avoid, taxon, least } = state;
  const key = JSON.stringify([from, to, max, effect, k, via, avoid, taxon, least]);
  if (lastAnswer.key !== key) {
    lastAnswer = { key, answer: findPaths(from, to, { max, effect, k, via, avoid, taxon, least }) };
  }
  return lastAnswer.answer;
}

const hasConditions = ({ via, avoid, taxon, least }) => via.length > 0 || avoid.length > 0 || taxon !== "" || least !== "";
const lineOf = (association) => LINE_OF[association];

// Lines of a neighbourhood, nearest and best evidenced first, so that a cap keeps what matters.
function neighbourhood(focus, steps) {
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

// {entities, lines, places?, lit (lines to stand out) or null, note}
function select(state) {
  const answer = answerFor(state);
  if (answer) return selectPaths(state, answer);
  if (state.focus !== null) return selectNeighbourhood(state);
  if (state.all) return selectAll();
  return selectOpening(state);
}

function selectPaths(state, answer) {
  const lines = [...new Set(answer.paths.flat().map(lineOf))];
  const entities = new Set([state.from, state.to]);
  for (const at of lines) entities.add(LINES[at].cause).add(LINES[at].target);
  const picked = state.path && answer.paths[state.path - 1];
  return {
    entities: [...entities],
    lines,
    lit: picked ? new Set(picked.map(lineOf)) : null,
    note: `${plural(lines.length, "relation")} on ${plural(answer.paths.length, "path")}`,
  };
}

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
    lit: null,
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
  return { entities: CONNECTED, lines: LINES.map((line) => line.at), lit: null, note: "All relations" };
}

// The opening picture; a relation that is looked at joins it when it is not there.
function selectOpening(state) {
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
    lit: null,
    cut,
    note: cut
      ? `The ${plural(OPENING.lines.length, "best evidenced relation")} of ${LINES.length}: search or focus to see others`
      : "",
  };
}

// Looking at something that the picture does not hold moves the focus to it.
function pictureHolds(state, picture) {
  if (state.entity !== null) return picture.entities.includes(state.entity);
  if (state.line !== null) return picture.lines.includes(state.line);
  return true;
}
