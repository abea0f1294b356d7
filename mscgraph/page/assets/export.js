// Taking the picture and its evidence away: SVG, PNG, TSV, BibTeX, or the link.

function wireExport() {
  byId("export").addEventListener("change", (event) => {
    const kind = event.target.value;
    event.target.value = "";
    if (kind) EXPORTS[kind]();
  });
  byId("copy-link").addEventListener("click", copyLink);
}

const EXPORTS = {
  svg: () => save("mscgraph.svg", "image/svg+xml", pictureText()),
  png: savePng,
  tsv: () => save("mscgraph-findings.tsv", "text/tab-separated-values", findingsText()),
  bib: () => save("mscgraph-papers.bib", "application/x-bibtex", papersText()),
};

async function copyLink() {
  const said = byId("said");
  try {
    await navigator.clipboard.writeText(location.href);
    said.textContent = "Link copied.";
  } catch {
    said.textContent = `Copy it from here: ${location.href}`;
  }
}

function save(name, type, content) {
  const blob = content instanceof Blob ? content : new Blob([content], { type: `${type};charset=utf-8` });
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  byId("said").textContent = `${name} saved.`;
}

// The findings of what is shown, as they pass the filters.
function shownFindings() {
  const { flags } = judgeAll(readState());
  return shown.lines.flatMap((line) => LINES[line].findings.filter((i) => flags[i]));
}

const relationOf = (i) => judgeAll(readState()).judged(LINE_OF[OF[i]]);

const relationWord = (judged) =>
  VERDICTS[judged.verdict].label + (disputes(judged) ? ` (${judged.mark} disputed)` : "");

const TSV = [
  ["finding", (i) => findingId(i)],
  ["cause", (i) => ENTITIES.name[ASSOCIATIONS.subject[OF[i]]]],
  ["cause_id", (i) => ENTITIES.id[ASSOCIATIONS.subject[OF[i]]]],
  ["predicate", (i) => ASSOCIATIONS.predicate[OF[i]]],
  ["aspect", (i) => ASSOCIATIONS.aspect[OF[i]]],
  ["target", (i) => ENTITIES.name[ASSOCIATIONS.object[OF[i]]]],
  ["target_id", (i) => ENTITIES.id[ASSOCIATIONS.object[OF[i]]]],
  ["direction", (i) => VERDICTS[DIRECTION.get(i)].label],
  ["counts", (i) => (counts(i) ? "yes" : "no")],
  ["grade", (i) => ASSOCIATIONS.grade[OF[i]]],
  ["species", (i) => FINDINGS.species[i].join("|")],
  ["system", (i) => FINDINGS.system[i]],
  ["study_design", (i) => FINDINGS.design[i]],
  ["msc_source", (i) => FINDINGS.source[i].join("|")],
  ["significance", (i) => FINDINGS.significance[i]],
  ["curation", (i) => FINDINGS.curation[i]],
  // A filter may leave one side of a relation in the file: these two tell that there is another.
  ["relation", (i) => relationWord(relationOf(i))],
  ["relation_findings_hidden", (i) => relationOf(i).hidden],
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
  const { hidden, flags } = judgeAll(readState());
  const head = hidden ? `% Filters hide ${hidden} of ${flags.length} findings; papers that say otherwise may be among them.\n\n` : "";
  return head + papers.map((p) => {
    const fields = [
      ["title", `{${clean(PUBLICATIONS.title[p])}}`], ["journal", clean(PUBLICATIONS.journal[p])],
      ["year", clean(PUBLICATIONS.year[p])], ["doi", clean(PUBLICATIONS.doi[p])], ["url", PUBLICATIONS.url[p]],
    ].filter(([, value]) => value && value !== "{}");
    const key = PUBLICATIONS.id[p].replace(/[^A-Za-z0-9]+/g, "_");
    return `@article{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}}`).join(",\n")}\n}\n`;
  }).join("\n");
}
