// What is being looked at lives in the address, so that every view can be linked to and Back works.
//
// #view=table            the table instead of the graph
// &entity=CL:0000899     the entity whose panel is open
// &line=a|b              the line whose panel is open, cause and target
// &focus=…&steps=2       the neighbourhood that is drawn
// &from=…&to=…&max=4&effect=decrease&k=90&path=2   the path finder, and the path that is picked
// &via=…&avoid=…&taxon=…&least=C                   its conditions; via and avoid as often as wanted
// &all=1                 everything, however many
// &species=mouse&species=rat&grade=A …          filters: OR within a kind, AND across kinds

const MANY_PATHS = [1, 10, 30, 90, 270];

function readState(hash = location.hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const gone = [];
  const entity = (name) => {
    const id = given.get(name);
    if (!id) return null;
    if (ENTITY_AT.has(id)) return ENTITY_AT.get(id);
    gone.push(`${id} is not in this page`);
    return null;
  };
  const several = (name) => given.getAll(name).flatMap((id) => {
    if (ENTITY_AT.has(id)) return [ENTITY_AT.get(id)];
    gone.push(`${id} is not in this page`);
    return [];
  });
  const state = {
    view: given.get("view") === "table" ? "table" : "graph",
    entity: entity("entity"),
    line: null,
    focus: entity("focus"),
    steps: given.get("steps") === "2" ? 2 : 1,
    from: entity("from"),
    to: entity("to"),
    max: Math.min(8, Math.max(1, Number.parseInt(given.get("max") ?? "4", 10) || 4)),
    effect: ["increase", "decrease", "unknown"].includes(given.get("effect")) ? given.get("effect") : "any",
    k: MANY_PATHS.find((k) => String(k) === given.get("k")) ?? 30,
    via: several("via"),
    avoid: several("avoid"),
    taxon: Object.hasOwn(DATA.taxa, given.get("taxon") ?? "") ? given.get("taxon") : "",
    least: DATA.letters.includes(given.get("least")) ? given.get("least") : "",
    path: Number.parseInt(given.get("path") ?? "", 10) || null,
    all: given.get("all") === "1",
    contested: given.get("contested") === "1",
    filters: {},
    gone,
  };
  const ends = given.get("line")?.split("|");
  if (ends) {
    const [cause, target] = ends.map((id) => ENTITY_AT.get(id));
    const known = LINE_AT.get(lineKey(cause, target));
    if (known === undefined) gone.push(`no relation from ${ends[0]} to ${ends[1] ?? "?"} is in this page`);
    else state.line = known;
  }
  for (const facet of FACETS) state.filters[facet.id] = given.getAll(facet.id);
  return state;
}

function writeState(state) {
  const parts = new URLSearchParams();
  const put = (name, value) => value && parts.append(name, value);
  const id = (entity) => (entity === null ? "" : ENTITIES.id[entity]);
  put("view", state.view === "table" && "table");
  put("focus", id(state.focus));
  put("steps", state.focus !== null && state.steps === 2 && "2");
  put("from", id(state.from));
  put("to", id(state.to));
  if (state.from !== null || state.to !== null) {
    put("max", state.max !== 4 && String(state.max));
    put("effect", state.effect !== "any" && state.effect);
    put("k", state.k !== 30 && String(state.k));
    for (const name of ["via", "avoid"]) for (const entity of state[name]) put(name, id(entity));
    put("taxon", state.taxon);
    put("least", state.least);
    put("path", state.path && String(state.path));
  }
  put("all", state.all && "1");
  put("contested", state.contested && "1");
  put("entity", id(state.entity));
  if (state.line !== null) {
    const { cause, target } = LINES[state.line];
    put("line", `${ENTITIES.id[cause]}|${ENTITIES.id[target]}`);
  }
  for (const facet of FACETS) for (const value of state.filters[facet.id]) put(facet.id, value);
  return `#${parts}`;
}

// Move on: the address changes, the browser keeps the step for Back, and hashchange draws it.
function go(changes) {
  const next = { ...readState(), ...changes };
  const hash = writeState(next);
  if (hash !== location.hash && !(hash === "#" && location.hash === "")) location.hash = hash;
}

const NO_PATHS = { from: null, to: null, path: null, via: [], avoid: [], taxon: "", least: "" };
const openLine = (line) => go({ line, entity: null });
const openEntity = (entity) => go({ entity, line: null });
const noFilters = () => Object.fromEntries(FACETS.map((facet) => [facet.id, []]));
const isFiltered = (state) => state.contested || FACETS.some((f) => state.filters[f.id].length > 0);
