"""Names as people say them find what they mean, and never another thing."""

from __future__ import annotations

from pathlib import Path

import pytest

import mscgraph as mg

FILE = Path(__file__).parent / "names.tsv"
ROWS = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()[1:]]


def meant(kg: mg.KnowledgeGraph, name: str) -> tuple[str, str]:
    """What a name means, as the file says it: by name, several with a bar between, nothing; the aspect."""
    try:
        entity, aspect = kg.named(name)
    except mg.AmbiguousName as error:
        return "|".join(sorted(text.rpartition(" (")[0] for text in error.suggestions)), ""
    except mg.NotFound:
        return "", ""
    return entity.name, aspect.replace("_", " ")


def test_names_find_what_they_mean_and_never_another_thing(kg: mg.KnowledgeGraph) -> None:
    wrong, missed, right = [], [], 0
    for name, finds, aspect in ROWS:
        wanted, got = ("|".join(sorted(finds.split("|"))), aspect), meant(kg, name)
        if got == wanted:
            right += bool(finds)
        elif got[0]:
            wrong.append((name, wanted, got))
        else:
            missed.append(name)
    assert wrong == [], f"mend mscgraph/text/spelling.py, or {FILE.name} where it is wrong"
    assert right / sum(bool(finds) for _, finds, _ in ROWS) >= 0.97, missed


def test_the_names_prove_something(kg: mg.KnowledgeGraph) -> None:
    assert len(ROWS) == len({name for name, *_ in ROWS}) >= 900
    assert sum(not finds for _, finds, _ in ROWS) >= 60, "names that mean nothing here"
    assert sum("|" in finds for _, finds, _ in ROWS) >= 20, "names of several meanings"
    in_table = {text for e in kg.entities.values() for text in (e.name, e.label, *e.synonyms)}
    assert sum(name in in_table for name, *_ in ROWS) < len(ROWS) / 4
    assert {part for _, finds, _ in ROWS for part in finds.split("|") if part} <= {
        e.name for e in kg.entities.values()
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("activated microglia", "microglia"),
        ("microgila", "microglia"),
        ("astrocyt", "astrocyte"),
        ("mesenchimal stem cells", "MSC (mesenchymal stem cells)"),
    ],
)
def test_what_is_no_entity_is_suggested(kg: mg.KnowledgeGraph, name: str, said: str) -> None:
    with pytest.raises(mg.NotFound) as error:
        kg.entity(name)
    assert said in error.value.suggestions
