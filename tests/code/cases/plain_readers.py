"""Readers of formats that no library here reads: each yields what an export changed, a text each.

They are written from the descriptions of the formats, not from the writers.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import rispy

from mscgraph.export.network import flat, network
from mscgraph.export.table_files import tables_of
from mscgraph.graph import statements_of
from mscgraph.model import NOT_REPORTED, association_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import mscgraph as mg
    from mscgraph.model import Association, Publication


def differing(what: str, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[str]:
    """One text for each key whose values differ."""
    for key in sorted({*wanted, *got}):
        if wanted.get(key) != got.get(key):
            yield f"{what} {key}: {wanted.get(key)!r} became {got.get(key)!r}"


def sif(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    signs = {"+": 1, "-": -1, "0": 0, "": None}
    got = {}
    for line in target.read_text("utf-8").split("\n")[:-1]:
        subject, relation, obj = line.split("\t")
        predicate, aspect, sign = relation.split("|")
        key = association_id(subject, predicate, obj, aspect)
        got[key] = (subject, predicate, obj, aspect, signs[sign])
    wanted = {a.id: (*a.key, a.sign) for a in kg.associations.values() if a.findings}
    yield from differing("edge", wanted, got)


def dot(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    """By the grammar of the DOT language: quoted texts, in which only ``\\"`` is an escape of the file.

    Two backslashes and ``\\n`` are what GraphViz's own texts make of a backslash and a line break.
    """
    quoted = r'"((?:[^"\\]|\\.)*)"'
    text = target.read_text("utf-8")
    nodes, edges = {}, {}
    for match in re.finditer(rf"(?s)^  {quoted}(?: -> {quoted})? \[(.*?)\];$", text, re.MULTILINE):
        values = {name: plain(value) for name, value in re.findall(rf"(?s)(\w+)={quoted}", match[3])}
        if match[2] is None:
            nodes[plain(match[1])] = values
        else:
            edges[values["id"]] = values | {"subject": plain(match[1]), "object": plain(match[2])}
    net = network(kg)
    for what, rows, found in (("node", net.nodes, nodes), ("edge", net.edges, edges)):
        wanted = {
            row["id"]: {name: in_words(value) for name, value in flat(row).items()} for row in rows
        }
        got = {
            key: {n: v for n, v in found[key].items() if n in wanted.get(key, {n: 0})} for key in found
        }
        yield from differing(what, wanted, got)


def plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)


def in_words(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def bel(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    quoted = re.compile(r'"((?:[^"\\]|\\.)*)"')
    term = re.compile(r'\w\(([^:()]+):(\w+|"(?:[^"\\]|\\.)*") ! "((?:[^"\\]|\\.)*)"')
    got, set_ = {}, dict[str, str]()
    for line in target.read_text("utf-8").split("\n"):
        name, equals, value = line.removeprefix("SET ").partition(" = ")
        if equals and line.startswith("SET "):
            set_[name] = "|".join(plain(part) for part in quoted.findall(value))
        elif line == "UNSET ALL":
            set_ = {}
        elif "Finding" in set_:
            ends = [
                (f"{prefix}:{plain(local.strip(chr(34)))}", plain(called))
                for prefix, local, called in term.findall(line)
            ]
            got[set_["Finding"]] = (ends, {k: v for k, v in set_.items() if k in BEL}, set_["Citation"])
    wanted = {}
    for edge in kg.associations.values():
        for finding in edge.supporting:
            ends = [(end, kg.name(end)) for end in (edge.subject, edge.object)]
            held = {
                n: v
                for n, column in BEL.items()
                if (v := getattr(finding, column, edge.id)) != NOT_REPORTED
            }
            if held.get("Evidence") == "":
                held["Evidence"] = got.get(finding.id, (0, {"Evidence": ""}))[1]["Evidence"]
            wanted[finding.id] = (
                ends,
                {n: v for n, v in held.items() if v},
                cited(kg, finding.publication),
            )
    said = {key: value for key, value in wanted.items() if key in got}  # what is missing is counted
    yield from differing("finding", said, got)


BEL = {
    "Association": "", "Evidence": "statement", "Species": "taxon", "HostSpecies": "host_taxon",
    "System": "system", "StudyDesign": "study_design", "CellType": "object_cell", "Aspect": "aspect",
    "Predicate": "predicate", "Significance": "significance", "EvidenceType": "evidence_type",
}  # fmt: skip


def cited(kg: mg.KnowledgeGraph, key: str) -> str:
    paper = kg.publications[key]
    names = {"PubMed": paper.pmid, "PubMed Central": paper.pmcid, "DOI": paper.doi, "Other": paper.id}
    kind = next(name for name, value in names.items() if value)
    return "|".join(filter(None, (kind, paper.title, names[kind])))


def indra(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    got = {}
    for said in json.loads(target.read_text("ascii")):
        sign = {"Increase": 1, "Activati": 1, "Decrease": -1, "Inhibiti": -1}[said["type"][:8]]
        agents = [(a["name"], curie(kg, a)) for a in (said["subj"], said["obj"])]
        evidence = {e["source_id"]: e["annotations"] | e.get("text_refs", {}) for e in said["evidence"]}
        got[said["id"]] = (sign, agents, evidence)
    wanted = {}
    for edge in kg.associations.values():
        if edge.sign and (edge.supporting or edge.sources):
            agents = [(kg.name(end), end) for end in (edge.subject, edge.object)]
            wanted[edge.id] = (edge.sign, agents, dict(evidences(kg, edge)))
    yield from differing("statement", wanted, got)


def curie(kg: mg.KnowledgeGraph, agent: dict[str, Any]) -> str:
    """The id of an agent; ours are no ids elsewhere, and are found by the name."""
    ((database, local),) = agent["db_refs"].items()
    if database == "TEXT":
        return next(e.id for e in kg.entities.values() if e.id.startswith("MSCG:") and e.name == local)
    prefixed = local.startswith(f"{database}:") and database in {"CHEBI", "CL", "GO", "HP", "UBERON"}
    return local if prefixed else f"{'NCBITaxon' if database == 'TAXONOMY' else database}:{local}"


def evidences(kg: mg.KnowledgeGraph, edge: Association) -> Iterator[tuple[str, dict[str, Any]]]:
    nulls = [f for f in edge.disputing if kg.predicates[f.predicate].kind.value == "null"]
    for finding in (*edge.supporting, *nulls):
        paper = kg.publications[finding.publication]
        held = finding._asdict() | {"PMID": paper.pmid, "PMCID": paper.pmcid, "DOI": paper.doi}
        del held["id"]
        yield finding.id, {n: as_json(v) for n, v in held.items() if as_json(v) not in EMPTY}
    for one in statements_of(kg, [edge]):
        held = one.source._asdict() | {"licence": one.licence}
        kinds = {"PMID": "PMID", "PMC": "PMCID", "DOI": "DOI"}
        papers = [paper.partition(":") for paper in one.source.publications]
        held |= {kinds[prefix]: local for prefix, _, local in papers if prefix in kinds}
        yield one.id, {n: as_json(v) for n, v in held.items() if v not in ("", ())}


EMPTY: tuple[Any, ...] = ("", NOT_REPORTED, [], [NOT_REPORTED])


def as_json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def neo4j(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    """As ``neo4j-admin database import`` reads the files: CSV with lists parted by bars."""
    ends = {"id": "id:ID", "subject": ":START_ID", "object": ":END_ID", "predicate": ":TYPE"}
    for table in tables_of(kg):
        file = target / f"{table.name}.csv"
        if not file.exists():
            yield f"{table.name} are missing"
            continue
        with file.open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        relation = table.name == "associations"
        got = [
            {name.partition(":")[0] or name: v for name, v in zip(header, row, strict=True)}
            for row in rows
        ]
        for wanted, found in itertools.zip_longest(table.rows(kg), got, fillvalue=()):
            for column, value in zip(table.columns, wanted, strict=True):
                name = ends.get(column.name, column.name) if relation else column.name
                cell = found.get(name.partition(":")[0] or name) if found else None
                told = value.upper() if name == ":TYPE" else neo4j_cell(value)
                if cell != told:
                    yield f"{table.name} {column.name}: {told!r} became {cell!r}"
                    break


def neo4j_cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "|".join(value)
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


# -- papers -------------------------------------------------------------------------------------------


def papers_of(kg: mg.KnowledgeGraph) -> dict[str, Publication]:
    """The papers of findings; those of statements are ids alone."""
    return {key: kg.publications[key] for key in {f.publication for f in kg.findings.values()}}


def ris(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    entries = rispy.loads(target.read_text("utf-8"))
    names = "title", "journal_name", "doi", "custom2", "accession_number", "year"
    got = {
        entry["id"]: (*(entry.get(name, "") for name in names), "; ".join(entry.get("authors", ())))
        for entry in entries
    }
    wanted = {
        key: (
            p.title, p.journal, p.doi, p.pmcid, p.pmid and f"PMID:{p.pmid}", p.year, "; ".join(named(p)),
        )
        for key, p in papers_of(kg).items()
    }  # fmt: skip
    yield from differing("paper", stripped(wanted), stripped({key: got.get(key) for key in wanted}))


def stripped(papers: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value and tuple(text.strip() for text in value) for key, value in papers.items()}


def named(paper: Publication) -> list[str]:
    return [", ".join(filter(None, name)) for name in paper.author_names]


def bibtex(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    """The fields of each entry, with TeX's commands read as TeX prints them."""
    got = {}
    for entry in re.split(r"(?m)^@", target.read_text("utf-8"))[1:]:
        fields = {n: tex(v) for n, v in re.findall(r"(?sm)^  (\w+) = \{(.*?)\},$", entry)}
        verbatim = dict(re.findall(r"(?sm)^  (doi|pmid|pmcid|url) = \{(.*?)\},$", entry))
        got[unquote(verbatim.get("url", ""))] = (fields, {n: unquote(v) for n, v in verbatim.items()})
    for key, paper in papers_of(kg).items():
        fields, verbatim = got.get(unquote(paper.url), ({}, {}))
        for name in ("title", "journal", "year"):
            if printed(getattr(paper, name)) != fields.get(name, ""):
                yield f"{key} {name}: {getattr(paper, name)!r} became {fields.get(name)!r}"
        for name in ("doi", "pmid", "pmcid"):
            if unquote(getattr(paper, name)) != verbatim.get(name, ""):
                yield f"{key} {name}: {getattr(paper, name)!r} became {verbatim.get(name)!r}"
        if printed(" and ".join(named(paper))) != fields.get("author", ""):
            yield f"{key} authors: {paper.authors!r} became {fields.get('author')!r}"


def printed(text: str) -> str:
    """A text as TeX prints it: straight quotes and hyphens are those of the typesetter."""
    text = unicodedata.normalize("NFC", text)
    pairs = {
        "--": "–",
        "---": "—",
        "‐": "-",
        "‑": "-",
        "``": "“",
        "''": "”",
        "`": "‘",
        "'": "’",
        "−": "-",
    }
    for plain_, typeset in sorted(pairs.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(plain_, typeset)
    return " ".join(text.replace("–", "--").replace("—", "---").replace("--", "–").split())


_TEX = {
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
    "textasciicircum": "^", "textless": "<", "textgreater": ">", "textbar": "|", "ldots": "…",
    "textregistered": "®", "texttrademark": "™", "pm": "±", "times": "×", "geq": "≥", "leq": "≤",
    "rightarrow": "→", "circ": "°", "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ",
    "l": "ł", "L": "Ł", "i": "ı", "mu": "µ",
}  # fmt: skip
_MARKS = dict(
    zip(
        "`'^~=u.\"rHvdck",
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0328",
        strict=True,
    )
)


def tex(text: str) -> str:
    """TeX as text, for the commands that stand in bibliographies."""

    def command(match: re.Match[str]) -> str:
        name = match[1] or match[2] or ""
        if name in _TEX:
            return f"\ue000{_TEX[name]}"
        size, letter = "SMALL" if name.islower() else "CAPITAL", name.upper().replace("LAMBDA", "LAMDA")
        return "\ue000" + unicodedata.lookup(f"GREEK {size} LETTER {letter}")

    text = text.replace("~", "\u00a0")
    text = re.sub(r"\{\\([`'^~=.\"]|[urHvdck](?=\{))\{(\w)\}\}", lambda m: m[2] + _MARKS[m[1]], text)
    text = re.sub(r"\{\\([a-zA-Z]+)\}|\\([a-zA-Z]+)(?:\{\})?", command, text)
    text = re.sub(r"\\([&%$#_])", "\ue000\\1", text)
    text = re.sub(r"(?<!\ue000)[{}$]|\^(?=\{\ue000°)", "", text)
    return printed(text.replace("\ue000", ""))


READERS = {
    "sif": sif, "dot": dot, "bel": bel, "indra": indra, "neo4j": neo4j, "ris": ris, "bibtex": bibtex,
}  # fmt: skip
