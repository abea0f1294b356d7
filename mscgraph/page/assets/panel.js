// The evidence panel: of a line every finding for and against, of an entity what it is and does.

import {
  addressOfPaper, aspectOf, ASSOCIATION_IDS, ASSOCIATION_OF, DATA, DIRECTION, disputing, ENTITIES, FINDINGS,
  GRADING, isCounted, isReadout, LINES, LINES_OF, OBJECT, otherSettings, PART, playsAs, predicateOf, PUBLICATION,
  PUBLICATIONS,  statementOf, supporting, VERDICTS,
} from "./data.js";
import { byId, copyText, link, make, plural, svg } from "./elements.js";
import { disputes, FINDING_KINDS, verdictSentence, verdictText } from "./evidence.js";
import { figureButton } from "./figure_command.js";
import { forest } from "./forest.js";
import { askServerForNeighbours } from "./server.js";
import { settingsMatrix } from "./settings_matrix.js";
import { setPathEnd } from "./path_form.js";
import { drawn, rove } from "./scene.js";
import { go, NO_PATHS, openEntity, openLine, readState, redraw } from "./state.js";

let showHidden = new Set(); // lines whose hidden findings the reader asked to see

export const shownHidden = () => showHidden;

let focusNext = false; // who chose by keyboard reads on in the panel

export function focusPanelNext() {
  focusNext = true;
}

export function drawPanel(state, judged, flags) {
  const panel = byId("panel");
  const open = state.line !== null || state.entity !== null;
  document.body.classList.toggle("with-panel", open);
  panel.hidden = !open;
  if (!open) return;
  const scroll = panel.scrollTop;
  const key = `${state.line} ${state.entity}`;
  const content = state.line !== null
    ? linePanel(LINES[state.line], judged(state.line), flags)
    : entityPanel(state.entity, judged);
  panel.replaceChildren(closeButton(), ...content.filter(Boolean));
  panel.scrollTop = panel.dataset.key === key ? scroll : 0;
  panel.dataset.key = key;
  if (focusNext) byId("panel-title").focus();
  focusNext = false;
}

function closeButton() {
  return make("button", { class: "close", id: "close-panel", "aria-label": "Close", onclick: closePanel }, "✕");
}

export function closePanel() {
  const { line, entity } = readState();
  const back = drawn.lines.get(line ?? -1) ?? drawn.boxes.get(entity ?? -1);
  if (back?.isConnected) {
    rove(back);
    back.focus({ preventScroll: true });
  }
  go({ line: null, entity: null });
}

export function entityButton(entity) {
  return make("button", { class: "link", onclick: () => openEntity(entity) }, ENTITIES.name[entity]);
}


// -- a line -----------------------------------------------------------------------------------------

function linePanel(line, judged, flags) {
  const visible = showHidden.has(line.at) ? line.findings : judged.shown;
  return [
    make("h2", { tabindex: "-1", id: "panel-title" }, entityButton(line.cause), " → ", entityButton(line.target)),
    make("p", { class: "quiet" },
      `${playsAs(line.cause)} → ${playsAs(line.target)}`),
    make("p", { class: `verdict sentence ${judged.verdict}`, id: "verdict" },
      `${VERDICTS[judged.verdict]?.sign ?? ""} ${verdictSentence(line, judged)}`),
    countBar(judged.counts),
    hiddenNotice(line, judged),
    make("p", { class: "buttons" }, figureButton(line.cause, line.target)),
    make("details", { class: "all-relations", open: line.associations.length < 4 },
      make("summary", {}, make("h3", {}, `${plural(line.associations.length, "statement")} of effect, and how they are graded`)),
      make("ul", { class: "relations" }, line.associations.map(statementItem))),
    settingsMatrix(visible),
    forest(visible),
    ...FINDING_KINDS.flatMap((kind) => findingGroup(kind, visible, judged, flags)),
  ];
}

function countBar(counts) {
  const kinds = Object.keys(counts).filter((kind) => counts[kind]);
  const total = kinds.reduce((sum, kind) => sum + counts[kind], 0);
  if (!total) return null;
  let x = 0;
  const parts = kinds.map((kind) => {
    const width = (100 * counts[kind]) / total;
    const part = svg("rect", { class: `part ${kind}`, x, y: 0, width, height: 10 });
    x += width;
    return part;
  });
  const words = kinds.map((kind) => `${VERDICTS[kind].sign} ${counts[kind]} ${VERDICTS[kind].label}`).join(" · ");
  return make("figure", { class: "bar" },
    svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, parts),
    make("figcaption", {}, words));
}

function hiddenNotice(line, judged) {
  if (!judged.hidden) return null;
  const shown = showHidden.has(line.at);
  const toggle = () => {
    showHidden = new Set(shown ? [...showHidden].filter((at) => at !== line.at) : [...showHidden, line.at]);
    redraw();
  };
  return make("p", { class: "notice", id: "hidden-here" },
    `${plural(judged.hidden, "finding")} on this relation ${judged.hidden === 1 ? "lies" : "lie"} outside the filters${PART ? ` or the part shown (${PART})` : ""}. `,
    make("button", { onclick: toggle }, shown ? "Hide again" : "Show"));
}

// An association with its grade and the reckoning behind it.
function statementItem(association) {
  const [letter, sum, , , why] = GRADING.get(association);
  const reasons = why.map(([text, cost]) =>
    make("li", {}, `${text}${cost ? `: ${(cost / 1e6).toFixed(2)}` : ""}`));
  const against = disputing(association).length;
  const elsewhere = otherSettings(association).length;
  return make("li", {},
    make("details", {},
      make("summary", {},
        `${predicateOf(association)} · ${aspectOf(association)} · `,
        make("strong", {}, letter === "–" ? "no grade" : `grade ${letter}`),
        ` · ${supporting(association).length} for, ${against} against`,
        elsewhere ? `, ${elsewhere} otherwise in another setting` : "",
        isReadout(association) && letter !== "–" ? " · measured as an outcome only" : ""),
      make("p", {}, letter === "–" ? "Nothing that counts supports it."
        : `${DATA.meanings[letter]}. Cost ${(sum / 1e6).toFixed(2)} nats, strength ${Math.exp(-sum / 1e6).toFixed(2)}, the sum of:`),
      make("ul", {}, reasons),
      make("p", { class: "quiet" }, ASSOCIATION_IDS[association])));
}

// Findings by what they say; last what is not counted: a direction that missed significance, a retracted paper.
function findingGroup(kind, visible, judged, flags) {
  const members = visible.filter((i) => DIRECTION.get(i) === kind);
  if (!members.length) return [];
  const side = sideOf(kind, judged.verdict);
  const order = (i) => DATA.letters.indexOf(GRADING.get(ASSOCIATION_OF[i])[0]);
  members.sort((a, b) => order(a) - order(b) || (FINDINGS.id[a] < FINDINGS.id[b] ? -1 : 1));
  return [
    make("h3", { class: "side" }, side, make("span", { class: `verdict ${kind}` },
      `${VERDICTS[kind].sign} ${VERDICTS[kind].label}`), ` (${members.length})`),
    ...byPaper(members).map((some) => make("section", { class: "paper-group" },
      paperHead(PUBLICATION[some[0]]), some.map((i) => findingCard(i, flags[i])))),
  ];
}

// Findings of one paper stand together, papers in the order of their best finding.
function byPaper(members) {
  const groups = new Map();
  for (const i of members) groups.set(PUBLICATION[i], [...(groups.get(PUBLICATION[i]) ?? []), i]);
  return [...groups.values()];
}

function paperHead(paper) {
  const status = PUBLICATIONS.status[paper];
  return make("p", { class: "paper" },
    make("strong", {}, link(addressOfPaper(paper), PUBLICATIONS.cited[paper])), " ",
    make("span", { class: "quiet" }, [PUBLICATIONS.title[paper], PUBLICATIONS.journal[paper]].filter(Boolean).join(" · ")),
    status === "published" ? " " : make("strong", { class: "status" }, ` [${status}] `),
    make("button", { class: "small", "aria-label": `Cite ${PUBLICATIONS.cited[paper]}: copy the reference`,
      onclick: () => copyText(citationOf(paper), "The citation is copied.") }, "Cite"));
}

const MOST_AUTHORS = 6;

// A paper as a reference list gives it.
function citationOf(paper) {
  const { authors, title, journal, year, doi, id } = PUBLICATIONS;
  const names = authors[paper].split("; ").filter(Boolean);
  const who = names.slice(0, MOST_AUTHORS).join(", ") + (names.length > MOST_AUTHORS ? ", et al" : "");
  const where = [journal[paper], year[paper]].filter(Boolean).join(" ");
  const address = doi[paper] ? `https://doi.org/${doi[paper]}` : id[paper];
  return [who, title[paper], where, address].filter(Boolean).map((part) => part.replace(/\.$/, "")).join(". ");
}

// Whether a group speaks for or against what the line shows.
function sideOf(kind, verdict) {
  if (kind === "void") return "";
  if (verdict === "both") return kind === "up" || kind === "down" ? "" : "Also: ";
  if (verdict === "mixed") return ["up", "down", "null", "open"].includes(kind) ? "" : "Also: ";
  if (kind === verdict) return "For: ";
  return (kind === "up" || kind === "down" || kind === "null") ? "Against: " : "Also: ";
}

const LONGEST_CHIP = 48; // characters; what is longer is folded

function findingCard(i, isShown) {
  const association = ASSOCIATION_OF[i];
  const settings = chips(i);
  const long = settings.filter((text) => text.length > LONGEST_CHIP);
  return make("article", { class: isShown ? "finding" : "finding hidden-one", "data-finding": FINDINGS.id[i] },
    make("p", { class: "statement" }, statementOf(i) || "(no statement)"),
    make("p", { class: "relation" },
      `${predicateOf(association)} · ${aspectOf(association)} · `,
      make("strong", {}, gradeWords(i, association)), turned(i, association)),
    make("ul", { class: "chips" }, settings.filter((text) => text.length <= LONGEST_CHIP).map((text) => make("li", {}, text))),
    long.length ? make("details", { class: "more-setting" }, make("summary", {}, "More from the paper"),
      make("ul", {}, long.map((text) => make("li", {}, text)))) : null,
    make("p", { class: "quiet" }, `${FINDINGS.curation.get(i)} · ${FINDINGS.method.get(i)} · ${FINDINGS.id[i]}${isShown ? "" : " · outside the filters"}`));
}

// Less apoptosis of a cell is more of the cell: said where the words and the sign seem to differ.
function turned(i, association) {
  const direction = { up: 1, down: -1 }[DIRECTION.get(i)];
  const raised = predicateOf(association).startsWith("increases");
  const lowered = predicateOf(association).startsWith("decreases");
  if (!(direction === 1 && lowered) && !(direction === -1 && raised)) return null;
  const target = ENTITIES.name[OBJECT[association]];
  const [less, more] = direction === 1 ? ["less", "increases"] : ["more", "decreases"];
  return make("span", { class: "quiet" }, ` (${less} ${aspectOf(association)} ${more} ${target})`);
}

function gradeWords(i, association) {
  if (!isCounted(i)) return "not counted";
  const letter = GRADING.get(association)[0];
  return letter === "–" ? "no grade" : `grade ${letter}`;
}

function chips(i) {
  return [
    FINDINGS.species.get(i)[1].join(" in "),
    FINDINGS.system.get(i)[1],
    FINDINGS.design.get(i)[1],
    FINDINGS.source.get(i).length ? `MSC from ${FINDINGS.source.get(i).join(", ")}` : "",
    FINDINGS.cell.get(i) && `in ${FINDINGS.cell.get(i)}`,
    FINDINGS.via.get(i).length ? `via ${FINDINGS.via.get(i).join(", ")}` : "",
    FINDINGS.priming.get(i).length ? `primed: ${FINDINGS.priming.get(i).join(", ")}` : "",
    FINDINGS.significance.get(i)[1],
    FINDINGS.readout.get(i) ? "measured as an outcome" : "",
    ...Object.entries(FINDINGS.settings).map(([name, column]) => column.get(i) && `${DATA.labels[name]}: ${column.get(i)}`),
  ].filter(Boolean);
}

const MORE_IS = [" · more of it is worse for the patient", "", " · more of it is better for the patient"];

// -- an entity --------------------------------------------------------------------------------------

// How much is known of the open entity, and what of that the picture does not show.
export function sayKnown(state, judged) {
  const own = LINES_OF[state.entity ?? -1] ?? [];
  const place = document.getElementById("known");
  if (!place || !own.length) return;
  const findings = own.flatMap((line) => LINES[line].findings);
  const papers = new Set(findings.map((i) => PUBLICATION[i]));
  const passing = own.filter((line) => judged(line).verdict !== "hidden");
  const here = passing.filter((line) => drawn.visible.includes(line)).length;
  const draw = () => go({ focus: state.entity, steps: 1, ...NO_PATHS, all: true, view: "graph" });
  place.replaceChildren(
    `${plural(own.length, "relation")} known, from ${plural(findings.length, "finding")} of ${plural(papers.size, "paper")}; `,
    passing.length < own.length ? `${own.length - passing.length} hidden by the filters; ` : "",
    state.view !== "graph" ? "" : `${here === passing.length ? "all" : here} drawn here. `,
    state.view !== "graph" || here < passing.length
      ? make("button", { id: "draw-known", onclick: draw }, `Draw all ${passing.length}`) : "");
}

function entityPanel(entity, judged) {
  const synonyms = [ENTITIES.label[entity], ...ENTITIES.synonyms[entity]].filter(Boolean);
  const kinds = ENTITIES.ancestors[entity];
  return [
    make("h2", { tabindex: "-1", id: "panel-title" }, ENTITIES.name[entity]),
    make("p", { class: "quiet" }, playsAs(entity) + MORE_IS[ENTITIES.more[entity] + 1]),
    ENTITIES.definition[entity] ? make("p", { class: "definition" }, ENTITIES.definition[entity]) : null,
    make("p", {}, make("strong", {}, "Identifier: "),
      link(addressOf(ENTITIES.id[entity]), ENTITIES.id[entity]),
      ENTITIES.xrefs[entity].length ? `, ${ENTITIES.xrefs[entity].join(", ")}` : ""),
    synonyms.length ? make("p", {}, make("strong", {}, "Also known as: "), synonyms.join("; ")) : null,
    kinds.length ? make("p", {}, make("strong", {}, "Is a kind of: "),
      kinds.flatMap((kind, i) => [i ? ", " : "", entityButton(kind)])) : null,
    LINES_OF[entity].length ? make("p", { id: "known" }) : null,
    make("p", { class: "buttons" }, entityActions(entity)),
    askServerForNeighbours(ENTITIES.id[entity]),
    ...relationLists(entity, judged),
  ];
}

// Where an identifier leads on the web: the namespace of its prefix, and what follows the colon.
function addressOf(id) {
  const colon = id.indexOf(":");
  const namespace = DATA.namespaces[id.slice(0, colon)];
  return namespace ? namespace + id.slice(colon + 1) : "";
}

function entityActions(entity) {
  const focus = (steps) => () => go({ focus: entity, steps, ...NO_PATHS, all: false, view: "graph" });
  const from = () => { setPathEnd("from", entity); };
  const to = () => { setPathEnd("to", entity); };
  return [
    make("button", { onclick: focus(1) }, "Focus: 1 step"),
    make("button", { onclick: focus(2) }, "2 steps"),
    make("button", { onclick: from }, "Path from here"),
    make("button", { onclick: to }, "Path to here"),
  ];
}

function relationLists(entity, judged) {
  const own = LINES_OF[entity];
  if (!own.length) return [make("p", { class: "notice" }, "No finding about it has been curated yet.")];
  const raised = own.filter((l) => LINES[l].target === entity);
  const raises = own.filter((l) => LINES[l].cause === entity && LINES[l].target !== entity);
  return [
    ...relationList("What acts on it", raised, (line) => LINES[line].cause, judged),
    ...relationList("What it acts on", raises, (line) => LINES[line].target, judged),
  ];
}

const VERDICT_ORDER = [...Object.keys(VERDICTS), "hidden"];

// The best evidenced ones at once; those of a hub with thousands of relations when they are asked for.
const MOST_RELATIONS = 60;

function relationList(title, lines, other, judged) {
  if (!lines.length) return [];
  const grade = (letter) => (DATA.letters.includes(letter) ? DATA.letters.indexOf(letter) : 9);
  const rank = new Map(lines.map((line) => {
    const { verdict, grade: letter } = judged(line);
    return [line, VERDICT_ORDER.indexOf(verdict) * 10 + grade(letter)];
  }));
  const sorted = [...lines].sort((a, b) => rank.get(a) - rank.get(b) || a - b);
  const item = (line) => make("li", {}, entityButton(other(line)), " ",
    make("button", { class: "link", onclick: () => openLine(line) }, relationWords(judged(line))));
  const list = make("ul", { class: "relations" }, sorted.slice(0, MOST_RELATIONS).map(item));
  const rest = sorted.slice(MOST_RELATIONS);
  const more = make("button", {
    onclick: () => {
      list.append(...rest.map(item));
      list.children[MOST_RELATIONS].querySelector("button").focus();
      more.remove();
    },
  }, `Show ${rest.length} more`);
  return [make("h3", {}, `${title} (${lines.length})`), list, rest.length ? more : null];
}

function relationWords(judged) {
  if (judged.verdict === "hidden") return [`hidden by the filters (${judged.hidden})`];
  const grade = judged.grade === "–" ? "" : ` · grade ${judged.grade}`;
  if (judged.stated) return [verdictText(judged.verdict, judged.meaning), `${grade} · stated by ${judged.stated}`];
  const against = disputes(judged) ? ` · ${judged.mark} disputed` : "";
  return [verdictText(judged.verdict, judged.meaning), `${grade} · ${plural(judged.shown.length, "finding")}${against}`];
}
