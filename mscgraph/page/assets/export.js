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
  const state = readState();
  const { flags, judged } = judgeAll(state);
  const picture = select(state);
  const lines = (state.view === "table" ? allWhenOpening(state, picture) : picture).lines;
  return lines.filter((line) => judged[line].verdict !== "hidden")
    .flatMap((line) => LINES[line].findings.filter((i) => flags[i]));
}

const TSV = [
  ["finding", (i) => FINDINGS.id[i]],
  ["cause", (i) => ENTITIES.name[ASSOCIATIONS.subject[FINDINGS.association[i]]]],
  ["cause_id", (i) => ENTITIES.id[ASSOCIATIONS.subject[FINDINGS.association[i]]]],
  ["predicate", (i) => ASSOCIATIONS.predicate[FINDINGS.association[i]]],
  ["aspect", (i) => ASSOCIATIONS.aspect[FINDINGS.association[i]]],
  ["target", (i) => ENTITIES.name[ASSOCIATIONS.object[FINDINGS.association[i]]]],
  ["target_id", (i) => ENTITIES.id[ASSOCIATIONS.object[FINDINGS.association[i]]]],
  ["direction", (i) => VERDICTS[FINDINGS.direction[i]].label],
  ["counts", (i) => (FINDINGS.counts[i] ? "yes" : "no")],
  ["grade", (i) => ASSOCIATIONS.grade[FINDINGS.association[i]]],
  ["species", (i) => FINDINGS.species[i].join("|")],
  ["system", (i) => FINDINGS.system[i]],
  ["study_design", (i) => FINDINGS.design[i]],
  ["msc_source", (i) => FINDINGS.source[i].join("|")],
  ["significance", (i) => FINDINGS.significance[i]],
  ["curation", (i) => FINDINGS.curation[i]],
  ["statement", (i) => FINDINGS.statement[i]],
  ["publication", (i) => PUBLICATIONS.id[FINDINGS.publication[i]]],
  ["url", (i) => PUBLICATIONS.url[FINDINGS.publication[i]]],
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
  const papers = [...new Set(shownFindings().map((i) => FINDINGS.publication[i]))].sort((a, b) => a - b);
  const clean = (text) => text.replace(/[{}\\]/g, "").replace(/([&%$#_])/g, "\\$1");
  return papers.map((p) => {
    const fields = [
      ["title", `{${clean(PUBLICATIONS.title[p])}}`], ["journal", clean(PUBLICATIONS.journal[p])],
      ["year", clean(PUBLICATIONS.year[p])], ["doi", clean(PUBLICATIONS.doi[p])], ["url", PUBLICATIONS.url[p]],
    ].filter(([, value]) => value && value !== "{}");
    const key = PUBLICATIONS.id[p].replace(/[^A-Za-z0-9]+/g, "_");
    return `@article{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}}`).join(",\n")}\n}\n`;
  }).join("\n");
}

// -- the figure -------------------------------------------------------------------------------------

const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-family",
  "font-weight", "text-anchor", "visibility"];

// The picture as a figure that stands alone: styles written into it, legend, filters and version below.
function pictureText() {
  const scene = byId("scene");
  const bounds = scene.getBBox();
  const copy = scene.cloneNode(true);
  const originals = [scene, ...scene.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(originals[i]);
    for (const name of KEPT) element.setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "tabindex", "role", "aria-label", "aria-pressed"]) element.removeAttribute(name);
  });
  for (const hit of copy.querySelectorAll("[stroke='rgba(0, 0, 0, 0)']")) hit.remove();
  copy.removeAttribute("transform");
  const ends = byId("ends").cloneNode(true);
  const marks = byId("ends").querySelectorAll("*");
  ends.querySelectorAll("*").forEach((element, i) => {
    const style = getComputedStyle(marks[i]);
    for (const name of ["fill", "stroke", "stroke-width"]) element.setAttribute(name, style.getPropertyValue(name));
  });
  const words = captionRows();
  const width = Math.max(bounds.width + 40, 760);
  const height = bounds.height + 60 + 18 * words.length;
  const page = getComputedStyle(document.body);
  const root = draw("svg", {
    xmlns: "http://www.w3.org/2000/svg", width, height,
    viewBox: `${bounds.x - 20} ${bounds.y - 20} ${width} ${height}`,
  },
  draw("rect", { x: bounds.x - 20, y: bounds.y - 20, width, height, fill: page.backgroundColor }),
  ends, copy,
  words.map((text, i) => draw("text", {
    x: bounds.x, y: bounds.y + bounds.height + 30 + 18 * i, fill: page.color, "font-size": 12, "font-family": "sans-serif",
  }, text)));
  return new XMLSerializer().serializeToString(root);
}

function captionRows() {
  const state = readState();
  const filters = FACETS.filter(({ id }) => state.filters[id].length)
    .map(({ id, label }) => `${label}: ${state.filters[id].join(" or ")}`);
  if (state.contested) filters.push("only contradicting relations");
  return [
    "↑ solid, arrow: increase   ↓ dashed, bar: decrease   ± dash-dot, diamond: contradicting   ○ dotted, circle: no significant effect",
    "thin grey: direction not stated, correlation or description. Width: best grade, A thick to D thin.",
    ...overlayCaption(),
    filters.length ? `Filters: ${filters.join("; ")}` : "Filters: none",
    `${DATA.title} · mscgraph data ${DATA.version} · CC BY 4.0`,
  ];
}

function savePng() {
  const text = pictureText();
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml;charset=utf-8" }));
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = make("canvas", { width: image.width * 2, height: image.height * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    canvas.toBlob((blob) => save("mscgraph.png", "image/png", blob));
  });
  image.src = address;
}
