"""What changed between two states of the graph: records, and the answers of the stored questions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.graph import KnowledgeGraph, load
from mscgraph.tables.rows import text_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping

    Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One record that differs: ``what`` is added, changed or withdrawn.

    ``columns`` holds, for a changed record, each column that differs with its value before and after.
    """

    what: str
    id: str
    text: str
    columns: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A stored question whose answer differs: the rows gained and lost.

    ``problem`` is not empty where the question cannot be asked of one of the two.
    """

    question: str
    title: str
    columns: tuple[str, ...]
    gained: tuple[Row, ...]
    lost: tuple[Row, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between an old state and a new one."""

    findings: tuple[Change, ...]
    entities: tuple[Change, ...]
    publications: tuple[Change, ...]
    answers: tuple[AnswerChange, ...]

    def __bool__(self) -> bool:
        return bool(self.findings or self.entities or self.publications or self.answers)


def diff(
    old: str | os.PathLike[str] | KnowledgeGraph, new: str | os.PathLike[str] | KnowledgeGraph
) -> Changes:
    """Return what differs between two states of the graph.

    Findings, entities and publications are compared by their ids, column by column. Each stored question
    is asked of both states with its default parameters, in the words of the new state where both have
    it, and the rows gained and lost are listed. An RDF file holds no questions: those that ship with the
    program are asked of it.

    Parameters
    ----------
    old, new
        Each an ontology folder, a file in Turtle, TriG, N-Triples, N-Quads or JSON-LD, or a graph.

    Raises
    ------
    DataError
        When a side is missing or cannot be read, with the place.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> bool(mg.diff(kg, kg))
    False
    """
    before, after = _state(old), _state(new)
    return Changes(
        tuple(changed_records(before.findings, after.findings, lambda f: f.statement)),
        tuple(changed_records(before.entities, after.entities, lambda e: e.name)),
        tuple(changed_records(before.publications, after.publications, lambda p: p.title)),
        tuple(_answers(before, after)),
    )


def _state(side: str | os.PathLike[str] | KnowledgeGraph) -> KnowledgeGraph:
    if isinstance(side, KnowledgeGraph):
        return side
    path = Path(side)
    if path.is_dir():
        inside = path / "ontology"  # a checkout stands for the folder in it
        return load(inside if not (path / "terms").is_dir() and inside.is_dir() else path)
    if not path.exists():
        raise DataError("neither a folder nor a file is there", file=str(path))
    from mscgraph.rdf.read import read_rdf

    return read_rdf(path)


def changed_records(
    before: Mapping[str, Any], after: Mapping[str, Any], text: Callable[[Any], str]
) -> Iterator[Change]:
    """Yield what was added, removed or changed, by id."""
    for key in sorted({*before, *after}):
        one, other = before.get(key), after.get(key)
        if one is None:
            yield Change("added", key, text(other))
        elif other is None:
            yield Change("withdrawn", key, text(one))
        elif one != other:
            cells = zip(one._fields, map(text_of, one), map(text_of, other), strict=True)
            yield Change("changed", key, text(other), tuple(c for c in cells if c[1] != c[2]))


def _answers(before: KnowledgeGraph, after: KnowledgeGraph) -> Iterator[AnswerChange]:
    from mscgraph.rdf.query import Asker, load_questions

    asked_before, asked_after = load_questions(before), load_questions(after)
    # what RDF is built from; where all of it is the same, no answer can differ
    terms = ("predicates", "aspects", "vocabulary", "rubric")
    same = before == after and all(getattr(before, t) == getattr(after, t) for t in terms)
    if same and asked_before == asked_after:
        return
    old, new = Asker(before), Asker(after)
    for name, question in sorted({**asked_before, **asked_after}.items()):
        try:
            one, other = old.ask(question), new.ask(question)
        except (DataError, LookupError, ValueError) as error:
            yield AnswerChange(name, question.title, (), (), (), problem=str(error))
            continue
        gained, lost = _more(other, one), _more(one, other)
        if gained or lost:
            yield AnswerChange(name, question.title, other.columns, gained, lost)


def _more(result: Any, other: Any) -> tuple[Row, ...]:
    """The rows of a result that the other lacks, sorted."""
    rows = (_rows(result) - _rows(other)).elements()
    return tuple(sorted(rows, key=lambda row: tuple(cell or "" for cell in row)))


def _rows(result: Any) -> Counter[Row]:
    if result.form == "select":
        return Counter(result.rows)
    lines = ["yes" if result.answer else "no"] if result.form == "ask" else result.turtle.splitlines()
    return Counter((line,) for line in lines)
