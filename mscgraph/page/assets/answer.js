// The path finder: the form, and its answer in words. The same answer as `mscgraph paths` gives.

const MOST_PATHS = 270;
const NET = {
  1: ["up", "net increase"],
  [-1]: ["down", "net decrease"],
  0: ["open", "net direction unknown"],
};

function setPathEnd(end, entity) {
  const input = byId(`path-${end}`);
  input.value = ENTITIES.name[entity];
  const other = entityCalled(byId(end === "from" ? "path-to" : "path-from").value);
  if (other === null) {
    byId(end === "from" ? "path-to" : "path-from").focus();
    return;
  }
  go({ from: end === "from" ? entity : other, to: end === "to" ? entity : other, path: null, view: "graph" });
}

function submitPaths(event) {
  event.preventDefault();
  const ends = {};
  for (const end of ["from", "to"]) {
    const input = byId(`path-${end}`);
    const entity = entityCalled(input.value);
    const problem = byId(`path-${end}-problem`);
    problem.textContent = entity === null ? unknownName(input.value) : "";
    input.setAttribute("aria-invalid", String(entity === null));
    ends[end] = entity;
  }
  if (ends.from === null || ends.to === null) {
    byId(ends.from === null ? "path-from" : "path-to").focus();
    return;
  }
  const max = Number(byId("path-max").value);
  go({ ...ends, max, effect: byId("path-effect").value, k: 30, path: null, focus: null, line: null, entity: null });
}

function unknownName(text) {
  if (!text.trim()) return "Write a name.";
  const near = findEntities(text, 4).map(({ entity }) => ENTITIES.name[entity]);
  return near.length ? `Which one: ${near.join(", ")}?` : `Nothing here is called ${text}.`;
}

function drawAnswer(state) {
  const answer = answerFor(state);
  const place = byId("answer");
  for (const end of ["from", "to"]) {
    if (state[end] !== null) byId(`path-${end}`).value = ENTITIES.name[state[end]];
  }
  byId("path-max").value = String(state.max);
  byId("path-effect").value = state.effect;
  byId("clear-paths").hidden = answer === null;
  place.replaceChildren();
  if (!answer) return;
  place.append(...answerInWords(state, answer));
}

function answerInWords(state, answer) {
  const [up, down, open] = answer.verdict;
  const total = up + down + open;
  const asked = `${ENTITIES.name[state.from]} to ${ENTITIES.name[state.to]}, at most ${plural(state.max, "step")}`;
  if (!total) return [make("p", { id: "path-verdict" }, `No path from ${asked}.`)];
  const least = answer.complete ? "" : "at least ";
  const shown = answer.paths.length < total ? ` The ${answer.paths.length} best supported:` : "";
  return [
    make("p", { id: "path-verdict" },
      make("strong", {}, `${least}${plural(total, "path")}`), ` from ${asked}: `,
      `${up} net increase, ${down} net decrease, ${open} of unknown direction.${shown}`),
    make("p", { class: "quiet" }, "A product of signs is a hypothesis, not a finding."),
    make("ol", { class: "paths" }, answer.paths.map((path, i) => pathItem(state, path, i + 1))),
    answer !== DATA.start.answer && answer.paths.length >= state.k && answer.paths.length < total && state.k < MOST_PATHS
      ? make("button", { id: "more-paths", onclick: () => go({ k: state.k * 3 }) }, "More paths") : "",
  ];
}

function pathItem(state, path, number) {
  const net = path.reduce((sign, a) => sign * ASSOCIATIONS.sign[a], 1);
  const [kind, words] = NET[net];
  const contested = path.filter((a) => ASSOCIATIONS.against[a].length);
  const weakest = path.map((a) => ASSOCIATIONS.grade[a])
    .reduce((worst, g) => (DATA.letters.indexOf(g) > DATA.letters.indexOf(worst) ? g : worst));
  const rung = DATA.rungs[Math.min(...path.map((a) => ASSOCIATIONS.rung[a]))];
  const route = path.flatMap((a) => [
    ` ${ASSOCIATIONS.sign[a] > 0 ? "↑" : ASSOCIATIONS.sign[a] < 0 ? "↓" : "?"}${ASSOCIATIONS.against[a].length ? "±" : ""} `,
    ENTITIES.name[ASSOCIATIONS.object[a]],
  ]);
  const pick = () => go({ path: state.path === number ? null : number, line: null, entity: null, view: "graph" });
  return make("li", { class: state.path === number ? "picked" : "" },
    make("button", { class: "link", "aria-pressed": String(state.path === number), onclick: pick },
      ENTITIES.name[ASSOCIATIONS.subject[path[0]]], ...route),
    make("p", {}, make("span", { class: `verdict ${kind}` }, `${VERDICTS[kind].sign} ${words}`),
      contested.length
        ? make("strong", { class: "verdict both" }, ` ± ${plural(contested.length, "step")} contested: undetermined`)
        : null,
      make("span", { class: "quiet" },
        ` · weakest grade ${weakest} · weakest evidence ${rung} · ${settingWords(path)}`)),
    make("p", { class: "steps" }, path.map((a, i) => make("button", {
      class: "small", onclick: () => openLine(lineOf(a)),
    }, `${i + 1}. ${ASSOCIATIONS.predicate[a]}, ${ASSOCIATIONS.aspect[a]}`))));
}

// Whether one paper, or one species, covers all steps, or the path was stitched across species.
function settingWords(path) {
  const common = (values) => path
    .map((a) => new Set(ASSOCIATIONS.for[a].flatMap(values)))
    .reduce((all, some) => new Set([...all].filter((value) => some.has(value))));
  if (common((i) => [FINDINGS.publication[i]]).size) return "one paper covers all steps";
  const species = common((i) => FINDINGS.species[i]);
  return species.size ? `all steps in ${[...species].join(", ")}` : "no species covers all steps";
}
