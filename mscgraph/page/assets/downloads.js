// Taking the picture and its evidence away: SVG, PNG, TSV, BibTeX, or the link.

import {
  addressOfPaper, aspectOf, ASSOCIATION_OF, DIRECTION, ENTITIES, FINDINGS, GRADING, isCounted, LINE_OF,
  LINES, OBJECT, predicateOf, PUBLICATION, PUBLICATIONS, statementOf, SUBJECT, VERDICTS,
} from "./data.js";
import { byId, save } from "./elements.js";
import { disputes } from "./evidence.js";
import { pictureText, savePng } from "./figure.js";
import { filtered, filtersInWords } from "./filters.js";
import { drawn } from "./scene.js";
import { readState } from "./state.js";

export function wireExport() {
  byId("export").addEventListener("change", (event) => {
    const kind = event.target.value;
    event.target.value = "";
    if (kind) EXPORTS[kind]();
  });
  byId("copy-link").addEventListener("click", copyLink);
}

const EXPORTS = {
  svg: () => save(fileName("svg"), "image/svg+xml", pictureText()),
  png: () => savePng(fileName("png")),
  tsv: () => save(fileName("tsv"), "text/tab-separated-values", findingsText()),
  bib: () => save(fileName("bib"), "application/x-bibtex", papersText()),
};

// The name of a file carries what was asked: mscgraph-MSC-to-Th17-cell-human.svg
function fileName(ending) {
  const { from, to, focus, entity, line, filters, contested } = readState();
  const names = from !== null && to !== null ? [ENTITIES.name[from], "to", ENTITIES.name[to]]
    : line !== null ? [ENTITIES.name[LINES[line].cause], "to", ENTITIES.name[LINES[line].target]]
    : focus !== null || entity !== null ? ["around", ENTITIES.name[focus ?? entity ?? 0]] : [];
  const parts = ["mscgraph", ...names, ...Object.values(filters).flat(), contested ? "contradicting" : ""];
  const stem = parts.join("-").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return `${[...stem].slice(0, 90).join("")}.${ending}`;
}

async function copyLink() {
  const said = byId("said");
  try {
    await navigator.clipboard.writeText(location.href);
    said.textContent = "Link copied.";
  } catch {
    said.textContent = `Copy it from here: ${location.href}`;
  }
}

// The findings of what is shown, as they pass the filters.
function shownFindings() {
  const { flags } = filtered(readState());
  return drawn.shown.flatMap((line) => LINES[line].findings.filter((i) => flags[i]));
}

const relationOf = (i) => filtered(readState()).judged(LINE_OF[ASSOCIATION_OF[i]]);

const relationWord = (judged) =>
  VERDICTS[judged.verdict].label + (disputes(judged) ? ` (${judged.mark} disputed)` : "");

/** @type {[column: string, value: (finding: number) => unknown][]} */
const TSV = [
  ["finding", (i) => FINDINGS.id[i]],
  ["cause", (i) => ENTITIES.name[SUBJECT[ASSOCIATION_OF[i]]]],
  ["cause_id", (i) => ENTITIES.id[SUBJECT[ASSOCIATION_OF[i]]]],
  ["predicate", (i) => predicateOf(ASSOCIATION_OF[i])],
  ["aspect", (i) => aspectOf(ASSOCIATION_OF[i])],
  ["target", (i) => ENTITIES.name[OBJECT[ASSOCIATION_OF[i]]]],
  ["target_id", (i) => ENTITIES.id[OBJECT[ASSOCIATION_OF[i]]]],
  ["direction", (i) => VERDICTS[DIRECTION.get(i)].label],
  ["counts", (i) => (isCounted(i) ? "yes" : "no")],
  ["grade", (i) => GRADING.get(ASSOCIATION_OF[i])[0]],
  ["species", (i) => FINDINGS.species.get(i)[1].join("|")],
  ["system", (i) => FINDINGS.system.get(i)[1]],
  ["study_design", (i) => FINDINGS.design.get(i)[1]],
  ["msc_source", (i) => FINDINGS.source.get(i).join("|")],
  ["significance", (i) => FINDINGS.significance.get(i)[1]],
  ["curation", (i) => FINDINGS.curation.get(i)],
  // A filter may leave one side of a relation in the file: these two tell that there is another.
  ["relation", (i) => relationWord(relationOf(i))],
  ["relation_findings_hidden", (i) => relationOf(i).hidden],
  ["filters", () => filtersInWords(readState())],
  ["statement", (i) => statementOf(i)],
  ["publication", (i) => PUBLICATIONS.id[PUBLICATION[i]]],
  ["url", (i) => addressOfPaper(PUBLICATION[i])],
];

function findingsText() {
  const cell = (value) => {
    const text = String(value).replace(/[\t\r\n]+/g, " ");
    return /^[=+@]/.test(text) ? `'${text}` : text; // a spreadsheet must not take it for a formula
  };
  const rows = shownFindings().map((i) => TSV.map(([, value]) => cell(value(i))).join("\t"));
  return `${[TSV.map(([name]) => name).join("\t"), ...rows].join("\n")}\n`;
}

function papersText() {
  const papers = [...new Set(shownFindings().map((i) => PUBLICATION[i]))].sort((a, b) => a - b);
  const clean = (text) => text.replace(/[{}\\]/g, "").replace(/([&%$#_])/g, "\\$1");
  const { hidden, size } = filtered(readState());
  const words = filtersInWords(readState()).replace(/[\r\n]+/g, " ");
  const head = words ? `% Filters hide ${hidden} of ${size} findings (${words}); papers that say otherwise may be among them.\n\n` : "";
  return head + papers.map((p) => {
    const fields = [
      ["title", `{${clean(PUBLICATIONS.title[p])}}`], ["journal", clean(PUBLICATIONS.journal[p])],
      ["year", clean(PUBLICATIONS.year[p])], ["doi", clean(PUBLICATIONS.doi[p])], ["url", addressOfPaper(p)],
    ].filter(([, value]) => value && value !== "{}");
    const key = PUBLICATIONS.id[p].replace(/[^A-Za-z0-9]+/g, "_");
    return `@article{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}}`).join(",\n")}\n}\n`;
  }).join("\n");
}
