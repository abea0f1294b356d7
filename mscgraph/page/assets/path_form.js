// The path finder's form: the two ends and the conditions, the same as those of `mscgraph paths`.

import { DATA, ENTITIES } from "./data.js";
import { byId, make } from "./elements.js";
import { entityCalled, findEntities, nearEntities } from "./lookup.js";
import { askServerForPaths } from "./server.js";
import { go, hasConditions, MANY_PATHS, pathConditions } from "./state.js";

export function wirePathForm() {
  byId("path-form").addEventListener("submit", submitPaths);
  // The names that fit what has been typed so far: a list of all of them would be thousands long.
  for (const name of ["from", "to", "via", "avoid"]) {
    byId(`path-${name}`).addEventListener("input", (event) => {
      const typed = event.target.value.split(";");
      const before = typed.slice(0, -1).map((text) => `${text.trim()}; `).join("");
      byId("names").replaceChildren(...findEntities(typed.at(-1), 20)
        .map(({ entity }) => make("option", { value: before + ENTITIES.name[entity] })));
    });
  }
  byId("path-taxon").append(...Object.entries(DATA.taxa).map(([id, name]) => make("option", { value: id }, name)));
  byId("path-least").append(...DATA.letters.map((letter) => make("option", { value: letter }, letter)));
  byId("path-k").append(...MANY_PATHS.map((k) => make("option", {}, String(k))));
  byId("path-form").append(askServerForPaths() ?? "");
}

/** @type {string | null} the question that the form shows; what is typed since stays until another is asked */
let filledWith = null;

export function fillPathForm(state) {
  const asked = pathConditions(state).join("|");
  if (asked === filledWith) return;
  filledWith = asked;
  for (const end of ["from", "to"]) {
    if (state[end] !== null) byId(`path-${end}`).value = ENTITIES.name[state[end]];
  }
  for (const name of ["via", "avoid"]) byId(`path-${name}`).value = state[name].map((entity) => ENTITIES.name[entity]).join("; ");
  for (const name of ["max", "effect", "k", "taxon", "least"]) byId(`path-${name}`).value = String(state[name]);
  for (const name of ["from", "to", "via", "avoid"]) {
    byId(`path-${name}`).removeAttribute("aria-invalid");
    byId(`path-${name}-problem`).textContent = "";
  }
  if (hasConditions(state)) byId("path-conditions").open = true;
}

export function conditionsInWords({ via, avoid, taxon, least }) {
  const names = (entities) => entities.map((entity) => ENTITIES.name[entity]).join(" and ");
  const parts = [
    via.length && `via ${names(via)}`, avoid.length && `without ${avoid.map((e) => ENTITIES.name[e]).join(" or ")}`,
    taxon && `supported in ${DATA.taxa[taxon]} only`, least && `every step of grade ${least} or better`,
  ].filter(Boolean);
  return parts.length ? make("p", { class: "quiet", id: "path-asked" }, `Asked: ${parts.join("; ")}.`) : "";
}

export function setPathEnd(end, entity) {
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
  const lists = {};
  for (const name of ["via", "avoid"]) {
    const input = byId(`path-${name}`);
    const written = input.value.split(";").map((text) => text.trim()).filter(Boolean);
    const unknown = written.find((text) => entityCalled(text) === null);
    byId(`path-${name}-problem`).textContent = unknown === undefined ? "" : unknownName(unknown);
    input.setAttribute("aria-invalid", String(unknown !== undefined));
    lists[name] = unknown === undefined ? [...new Set(written.map(entityCalled))] : null;
  }
  const wrong = Object.entries({ ...ends, ...lists }).find(([, value]) => value === null);
  if (wrong) {
    byId("path-conditions").open ||= wrong[0] in lists;
    byId(`path-${wrong[0]}`).focus();
    return;
  }
  const value = (name) => byId(`path-${name}`).value;
  // on a small screen the answer stands far above the form
  window.addEventListener("hashchange", () => byId("answer").scrollIntoView({ block: matchMedia("(max-width: 760px)").matches ? "start" : "nearest" }), { once: true });
  go({
    ...ends, ...lists, max: Number(value("max")), effect: value("effect"), k: Number(value("k")),
    taxon: value("taxon"), least: value("least"), path: null, focus: null, line: null, entity: null, view: "graph",
  });
}

function unknownName(text) {
  if (!text.trim()) return "Write a name.";
  const like = findEntities(text, 4);
  const near = (like.length ? like : nearEntities(text)).map(({ entity }) => ENTITIES.name[entity]);
  return near.length ? `Which one: ${near.join(", ")}?` : `Nothing here is called ${text}.`;
}

