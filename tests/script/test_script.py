"""The page's script: checked by TypeScript, and its pure modules in node on cases that Python made."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mscgraph.errors import NotFound
from mscgraph.graph import load
from mscgraph.page.data import page_data
from mscgraph.paths.search import Bounds, Edge, Network, count_paths, search
from mscgraph.render.drawing import choose_contents
from mscgraph.render.verdict import FINDING_KINDS, kind_of, mark_of
from mscgraph.text.names import fold
from mscgraph.text.spelling import name_pieces

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph
HERE = Path(__file__).parent
TSC = HERE.parent / "interop/node_modules/typescript/bin/tsc"


def run_node(*arguments: str, **environment: str) -> None:
    done = subprocess.run(
        [needed(shutil.which("node"), "node"), *arguments],
        env=os.environ | environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def needed(program: str | None, name: str) -> str:
    """A program that is there; without it the test is skipped, and fails where CI must not skip."""
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return program


def verdicts(dice: random.Random) -> list[dict[str, Any]]:
    """Findings that pass a filter, all there are, and the verdict: small counts, where rules meet."""
    cases = []
    for _ in range(4000):
        whole = {kind: dice.choice([0, 0, 0, 1, 2, 3]) for kind in FINDING_KINDS}
        shown = {kind: dice.randint(0, count) for kind, count in whole.items()}
        if dice.random() < 0.5:
            shown = whole
        kind = kind_of(shown)
        cases.append({"shown": shown, "whole": whole, "kind": kind, "mark": mark_of(kind, whole)})
    return cases


def one_network(dice: random.Random) -> dict[str, Any]:
    """A random network, a question to it, and the answers of Python's search."""
    size = dice.randrange(3, 9)
    edges = [
        {
            "source": dice.randrange(size), "target": dice.randrange(size),
            "sign": dice.choice([-1, 0, 1]), "cost": dice.choice([0, 100, 100, 250_000]),
            "id": f"e{n:02d}", "ends": dice.random() < 0.2,
        }
        for n in range(dice.randrange(2, 24))
    ]  # fmt: skip
    length, k = dice.randrange(1, 6), dice.choice([1, 4, 50])
    signs = dice.choice([[-1], [1], [0], [-1, 0, 1]])
    via = [
        (
            dice.sample(range(size), dice.choice([1, 1, 2])),
            dice.sample(range(len(edges)), dice.choice([0, 1])),
        )
        for _ in range(dice.choice([0, 0, 1, 2]))
    ]
    only_ends = dice.sample(range(size), dice.choice([0, 0, 1]))
    shortest = dice.randrange(1, min(length, 2) + 1)
    avoid = dice.sample(range(size), dice.choice([0, 0, 1]))
    network = Network(
        Edge(str(e["source"]), str(e["target"]), e["sign"], e["cost"], e["id"], e["ends"])
        for e in edges
    )
    groups = [frozenset({*map(str, names), *(f"e{n:02d}" for n in made)}) for names, made in via]
    bounds = Bounds(
        length, groups, [str(n) for n in avoid], [str(n) for n in only_ends], min_length=shortest
    )
    ends = (["0"], [str(size - 1)], bounds)
    counts = count_paths(network, *ends).counts
    return {
        "edges": edges, "size": size, "source": 0, "target": size - 1, "k": k, "signs": signs,
        "bounds": {
            "maxLength": length, "minLength": shortest, "via": via, "avoid": avoid, "onlyEnds": only_ends,
        },
        "paths": [[edge.id for edge in path] for path in search(network, *ends, k=k, signs=signs).paths],
        "routes": [
            [edge.id for edge in path]
            for path in search(
                network.cheapest(), ends[0], ends[1], bounds._replace(via=()), k=k, signs=signs, routes=True
            ).paths
        ],
        "counts": [counts[-1], counts[0], counts[1]],
    }  # fmt: skip


SAID = (
    "human MSCs", "MSCs from bone marrow", "bone marrow-derived mesenchymal stromal cells", "hMSCs",
    "adipose derived MSCs", "T-lymphocytes", "T cells, human", "regulatory T-cells", "NK-cells",
    "natural killers", "Th-17 cells", "exosomes of MSCs", "interleukin-10", "interferon-gamma",
    "gamma interferon", "IFN-γ−/−", "anti-IL-10", "CD4- T cells", "IL-10 -/-", "CD4(+) T cells",
    "leucocytes", "tumour", "prostaglandin E₂", "Wharton’s jelly MSC", "nuclear factor-κB",
)  # fmt: skip


def called(kg: KnowledgeGraph, name: str) -> str:
    try:
        return kg.entity(name).id
    except NotFound:
        return ""


def asked(root: Path) -> dict[str, Any]:
    """What the page of the curated tables knows of names, filters, aspects and stored questions."""
    kg = load(root / "ontology")
    data = page_data(kg, choose_contents(kg))
    values = {
        name: data["findings"][name]["values"] for name in ("species", "system", "design", "source")
    }
    said = {
        "species": [name for _, names in values["species"] for name in names],
        "system": [words for _, words in values["system"]],
        "design": [words for _, words in values["design"]],
        "source": [name for names in values["source"] for name in names],
    }
    ends = Counter(end for side in ("subject", "object") for end in data["associations"][side])
    return {
        "entities": data["entities"],
        "weights": [ends[at] for at in range(len(data["entities"]["id"]))],
        "facets": {name: sorted({v for v in some if v}) for name, some in said.items()}
        | {"grade": data["letters"]},
        "aspects": list(data["aspects"].values()),
        "stored": data["stored"],
    }


def test_nodes_own_tests_pass(tmp_path: Path, root: Path, kg: KnowledgeGraph) -> None:
    dice = random.Random(11)
    names = sorted({n for e in kg.entities.values() for n in (e.name, e.label, e.id, *e.synonyms)})
    entities = list(kg.entities.values())
    cases = {
        "pieces": [(name, name_pieces(name)) for name in (*names, *SAID)],
        "entities": {
            column: [getattr(entity, column) for entity in entities]
            for column in ("id", "name", "label", "category", "synonyms", "xrefs")
        },
        "asked": asked(root),
        "questions": [
            line.split("\t")
            for line in (HERE / "questions.tsv").read_text(encoding="utf-8").splitlines()
            if not line.startswith("#")
        ],
        "said": [(name, called(kg, name)) for name in SAID],
        "verdicts": verdicts(dice),
        "names": [(name, fold(name)) for name in names],
        "networks": [one_network(dice) for _ in range(300)],
    }
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    run_node("--test", str(HERE / "script.test.js"), CASES=str(file))


def test_typescript_finds_nothing_wrong() -> None:
    run_node(needed(str(TSC) if TSC.is_file() else None, "npm's typescript"), "-p", str(HERE))


def test_typescript_would_find_it(tmp_path: Path, root: Path) -> None:
    """The check fails on a name that is not imported and on an import that is not used."""
    tsc = needed(str(TSC) if TSC.is_file() else None, "npm's typescript")
    assets = tmp_path / "mscgraph/page/assets"
    shutil.copytree(root / "mscgraph/page/assets", assets)
    main = assets / "main.js"
    text = main.read_text(encoding="utf-8")
    main.write_text(text.replace("ENTITIES, ", "", 1).replace("wire();", "wire(); nowhere();"), "utf-8")
    config = tmp_path / "tests/script/tsconfig.json"
    config.parent.mkdir(parents=True)
    shutil.copy(HERE / "tsconfig.json", config)
    with pytest.raises(AssertionError, match="Cannot find name 'nowhere'"):
        run_node(tsc, "-p", str(config.parent))
