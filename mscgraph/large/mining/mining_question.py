"""What is mined for: one question with every name an id, and how it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import NotFound
from mscgraph.model import effect_word
from mscgraph.paths.conditions import Conditions, resolve

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from mscgraph.large.mining.mining_folder import GraphFolder

__all__ = ["LETTERS", "MOST_STEPS", "MineQuestion", "MiningEngine", "read_question"]

MOST_STEPS = 4
LETTERS = ("A", "B", "C", "D")
_SIGNS: dict[str, int | None] = {"increase": 1, "decrease": -1, "unknown": 0, "any": None}


class MiningEngine(NamedTuple):
    """What runs the plan, and with what. Its fields are keywords of :func:`mscgraph.mine`.

    ``engine``
        ``duckdb`` (in this process, out of core) or ``spark``. Both write the same rows.
    ``hop_cap``
        Follow only so many edges, those of least cost, out of and into one entity. What it cuts is counted.
    ``memory_limit``, ``spill``
        Memory of DuckDB, or of Spark's driver, such as ``"2GiB"``; and the folder for what does not fit.
    ``threads``
        How many threads DuckDB takes; all by default.
    ``master``, ``session``
        Where Spark runs, such as ``"local[4]"`` or ``"spark://host:7077"``; or a session that exists.
    """

    engine: str = "duckdb"
    hop_cap: int | None = None
    memory_limit: str = "2GiB"
    spill: str | os.PathLike[str] | None = None
    threads: int | None = None
    master: str | None = None
    session: Any = None


class MineQuestion(NamedTuple):
    """All pairs of ``sources`` and ``targets``, and what a path between them must be like.

    ``sources`` and ``targets`` map each id that was asked for to the ids that it covers. ``conditions`` are
    resolved: every name is an id. ``sign`` is the net sign wanted, None for any; ``hop_cap`` how many edges
    out of, and into, one entity are followed, 0 for all.
    """

    sources: Mapping[str, frozenset[str]]
    targets: Mapping[str, frozenset[str]]
    conditions: Conditions = Conditions(max_length=3)
    k: int = 10
    sign: int | None = None
    hop_cap: int = 0

    @property
    def letters(self) -> tuple[str, ...]:
        """The grades that are good enough; none where all are."""
        lowest = self.conditions.min_grade
        return () if lowest is None else LETTERS[: LETTERS.index(lowest) + 1]

    @property
    def covers(self) -> bool:
        """Whether a name covers more than itself."""
        ends = (*self.sources.items(), *self.targets.items())
        return any(covered != {asked} for asked, covered in ends)

    @property
    def pairs(self) -> int:
        """How many pairs are asked for."""
        return sum(source != target for source in self.sources for target in self.targets)

    def tables(self) -> Mapping[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]:
        """What the plan reads in addition to the graph: name → columns and rows. SQL holds no values."""
        asked = self.conditions
        lists: dict[str, Sequence[str]] = {
            "sources": sorted(frozenset().union(*self.sources.values())),
            "targets": sorted(frozenset().union(*self.targets.values())),
            "wanted_predicates": asked.predicates,
            "wanted_categories": asked.categories,
            "wanted_knowledge_sources": asked.knowledge_sources,
            "wanted_letters": self.letters,
            "barred": asked.avoid,
        }
        lists |= {f"via_{number}": (entity,) for number, entity in enumerate(asked.via)}
        tables: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
            name: (("id",), tuple((value,) for value in dict.fromkeys(values)))
            for name, values in lists.items()
        }
        tables["setting"] = (("taxon", "system"), ((asked.taxon or "", asked.system or ""),))
        if self.covers:
            for name, ends in (("asked_sources", self.sources), ("asked_targets", self.targets)):
                rows = ((end, one) for end, covered in ends.items() for one in sorted(covered))
                tables[name] = (("asked", "id"), tuple(rows))
        return tables

    def to_dict(self) -> dict[str, Any]:
        """The question as JSON-ready values; sources and targets are counted, not listed."""
        return {
            "sources": len(self.sources),
            "targets": len(self.targets),
            "k": self.k,
            "effect": "any" if self.sign is None else effect_word(self.sign),
            **self.conditions.to_dict(),
            "hop_cap": self.hop_cap,
        }


def read_question(
    folder: GraphFolder,
    ends: tuple[Sequence[str], Sequence[str]],
    asked: Conditions,
    effect: str,
    k: int,
    hop_cap: int | None,
) -> MineQuestion:
    """Return a question with every name an id of a graph directory.

    Raises
    ------
    NotFound, AmbiguousName
        When a name fits nothing in the directory, or several entities; with suggestions.
    ValueError
        When a number or the effect is out of its range.
    """
    if k < 1:
        raise ValueError(f"k is {k}; ask for at least one path a pair")
    if hop_cap is not None and hop_cap < 1:
        raise ValueError(f"hop_cap is {hop_cap}; write how many edges may be followed")
    if effect not in _SIGNS:
        raise ValueError(f"effect is {effect!r}; write one of {', '.join(_SIGNS)}")

    def entity(name: str) -> str:
        return folder.resolve([name])[0]

    def species(name: str) -> str:
        found, known = entity(name), folder.distinct("taxa")
        if found not in known:
            names = sorted(folder.names_of(known).values())
            raise NotFound(f"{name} is no species of a finding in {folder.place}.", suggestions=names)
        return found

    def known(what: str) -> tuple[str, ...]:
        return LETTERS if what == "letters" else folder.distinct(_COLUMNS[what])

    return MineQuestion(
        folder.covered(ends[0], exact=asked.exact),
        folder.covered(ends[1], exact=asked.exact),
        resolve(asked, entity=entity, species=species, known=known),
        k,
        _SIGNS[effect],
        hop_cap or 0,
    )


_COLUMNS = {
    "predicates": "predicate",
    "categories": "category",
    "knowledge_sources": "primary_knowledge_source",
    "systems": "systems",
}
