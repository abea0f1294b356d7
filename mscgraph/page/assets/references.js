// The papers as BibTeX, RIS and CSL-JSON: letter by letter what `mscgraph export` writes of the same papers.

import { addressOfPaper, DATA, PUBLICATIONS } from "./data.js";

/** @type {Record<string, string>} */
const PAPER_NOTES = { published: "", preprint: "Preprint", concern: "Expression of concern", retracted: "Retracted" };

/** What a reference manager is told of a paper. @param {number} at */
function paperOf(at) {
  const { doi, id: { [at]: id }, journal, names, pmcid, status, title, year } = PUBLICATIONS;
  const pmid = id.startsWith("PMID:") ? id.slice(5) : PUBLICATIONS.pmid[at];
  return {
    id, pmid, names: names[at], title: title[at], journal: journal[at], year: year[at], doi: doi[at], pmcid: pmcid[at],
    url: addressOfPaper(at), note: PAPER_NOTES[status[at]] ?? status[at],
  };
}

const tex = (/** @type {string} */ text) =>
  [...text.normalize("NFC").replace(/[^\S\u00a0]+/gu, " ")].map((character) => DATA.tex[character] ?? character).join("");

const verbatim = (/** @type {string} */ text) => text.replace(/[\\{}%\s](?![0-9A-Fa-f]{2})|[\\{}\s]/gu, encodeURIComponent);

/** @param {number[]} papers */
export function toBibtex(papers) {
  const keys = new Set();
  const entries = papers.map(paperOf).map((paper) => {
    let key = paper.id.replaceAll("PMID:", "pmid").replaceAll("DOI:", "doi-").replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+|-+$/g, "");
    while (keys.has(key)) key += "-";
    keys.add(key);
    const author = paper.names.map(([family, given]) =>
      [given && !/,| and /.test(family) ? tex(family) : `{${tex(family)}}`, tex(given)].filter(Boolean).join(", ")).join(" and ");
    const note = [paper.title ? "" : "Title not held by the graph", paper.note].filter(Boolean).join("; ");
    const fields = [
      ["author", author], ["title", paper.title && `{${tex(paper.title)}}`], ["journal", tex(paper.journal)],
      ["year", tex(paper.year)], ["doi", verbatim(paper.doi)], ["pmid", paper.pmid], ["pmcid", verbatim(paper.pmcid)],
      ["url", verbatim(paper.url)], ["note", tex(note)],
    ].filter(([, value]) => value).map(([name, value]) => `  ${name} = {${value}},\n`);
    return `@${paper.journal ? "article" : "misc"}{${key},\n${fields.join("")}}\n`;
  });
  return DATA.bibtex_head + entries.join("\n");
}

/** @param {number[]} papers */
export function toRis(papers) {
  const entries = papers.map(paperOf).map((paper) => {
    const tags = [
      ["ID", paper.id], ...paper.names.map((name) => ["AU", name.filter(Boolean).join(", ")]), ["TI", paper.title],
      ["JO", paper.journal], ["PY", paper.year], ["DO", paper.doi], ["AN", paper.pmid && `PMID:${paper.pmid}`],
      ["C2", paper.pmcid], ["UR", paper.url], ["N1", paper.note],
    ].filter(([, value]) => value).map(([tag, value]) => `${tag}  - ${value.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")}`);
    return [`TY  - ${paper.journal ? "JOUR" : "GEN"}`, ...tags, "ER  - "].join("\n");
  });
  return entries.length ? `${entries.join("\n\n").trim()}\n` : "";
}

/** @param {number[]} papers */
export function toCsl(papers) {
  const items = papers.map(paperOf).map((paper) => JSON.stringify({
    id: paper.id,
    type: paper.journal ? "article-journal" : "article",
    author: paper.names.length
      ? paper.names.map(([family, given]) => (given ? { family, given } : { literal: family })) : undefined,
    title: paper.title || undefined,
    "container-title": paper.journal || undefined,
    DOI: paper.doi || undefined,
    PMID: paper.pmid || undefined,
    PMCID: paper.pmcid || undefined,
    URL: paper.url || undefined,
    note: paper.note || undefined,
    issued: /^\d+$/.test(paper.year) ? { "date-parts": [[Number(paper.year)]] } : undefined,
  }));
  return items.length ? `[\n${items.join(",\n")}\n]\n` : "[]\n";
}
