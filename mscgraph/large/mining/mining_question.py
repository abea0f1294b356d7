"""What is mined for: one question with every name an id, and how it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import NotFound
from mscgraph.graph import category_counts
from mscgraph.large.directory.merged_graph import MergedGraph
from mscgraph.model import effect_word
from mscgraph.paths.answer import EFFECTS, check_count, check_wanted
from mscgraph.paths.conditions import Conditions, PathSearch, known_words, resolve, with_least_steps
from mscgraph.paths.demonstrated import demonstrated_paths
from mscgraph.paths.edges import keep_support, may_pass, species_of, tissue_sources, via_groups
from mscgraph.paths.engines import PlainEngine
from mscgraph.paths.search import Bounds
from mscgraph.text.names import fold

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.directory.parquet_tables import Store
    from mscgraph.model import Edge
    from mscgraph.paths.path import Path


MOST_STEPS = 4
_CATEGORY = "category:"
_GIVEN = "(SELECT unnest($1::VARCHAR[]))"
_EDGES = "(SELECT id, unnest(parents) AS parent FROM nodes)"
_KINDS = f"""
    WITH RECURSIVE kinds AS (SELECT unnest($1::VARCHAR[]) AS asked, unnest($1::VARCHAR[]) AS id UNION
        SELECT kinds.asked, e.id FROM kinds JOIN {_EDGES} AS e ON e.parent = kinds.id)
    SELECT asked, id FROM kinds
"""
_ABOVE = f"""
    WITH RECURSIVE above AS (SELECT unnest($1::VARCHAR[]) AS asked, unnest($1::VARCHAR[]) AS id UNION
        SELECT above.asked, e.parent FROM above JOIN {_EDGES} AS e ON e.id = above.id)
    SELECT asked, id FROM above
"""
Table = tuple[tuple[str, ...], "list[tuple[str, ...]]"]


class MiningEngine(NamedTuple):
    """What runs the plan, and with what. Its fields are keywords of :func:`mscgraph.mine`.

    ``engine``
        ``duckdb`` (in this process, out of core) or ``spark``. Both write the same rows.
    ``hop_cap``
        Follow only so many steps, those of least cost, out of and into one entity. What it cuts is counted.
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
    """All pairs of ``sources`` and ``targets``, and what a path between them must be like, in ids.

    ``sources`` and ``targets`` map each id that was asked for to the ids that it covers, ``detours`` to
    what a path from or to it does not come back to. ``letters`` are the grades that are good enough;
    ``via`` what must lie on a path, as sets of entities and associations; entities of ``closed`` and of
    ``closed_kinds`` (category and role) may only be its ends. ``demonstrated`` are the paths that single
    studies showed. ``slice`` is what may be walked where findings are filtered by setting or year;
    ``sign`` the net sign wanted, None for any.
    """

    sources: Mapping[str, frozenset[str]]
    targets: Mapping[str, frozenset[str]]
    conditions: Conditions = Conditions(max_length=3, min_length=2)
    k: int = 10
    sign: int | None = None
    hop_cap: int = 0
    letters: tuple[str, ...] = ()
    via: tuple[frozenset[str], ...] = ()
    closed: frozenset[str] = frozenset()
    closed_kinds: tuple[tuple[str, str], ...] = ()
    detours: Mapping[str, frozenset[str]] = {}
    demonstrated: tuple[Path, ...] = ()
    slice: tuple[Edge, ...] | None = None

    @property
    def pairs(self) -> int:
        """How many pairs are asked for."""
        return sum(source != target for source in self.sources for target in self.targets)

    def tables(self) -> dict[str, Table]:
        """What the plan reads in addition to the graph: name → columns and rows. SQL holds no values."""
        asked = self.conditions
        bits: dict[str, int] = {}
        for place, group in enumerate(self.via):
            bits |= {one: bits.get(one, 0) | 1 << place for one in group}
        tables: dict[str, Table] = {
            name: (("asked", "id"), [(one, i) for one, ids in sorted(of.items()) for i in sorted(ids)])
            for name, of in (
                ("sources", self.sources), ("targets", self.targets), ("detours", self.detours),
            )
        }  # fmt: skip
        lists = {
            "wanted_predicates": asked.predicates,
            "wanted_knowledge_sources": asked.knowledge_sources,
            "wanted_letters": self.letters,
            "barred": asked.avoid,
            "closed_ids": sorted(self.closed),
        }
        tables |= {name: (("id",), [(i,) for i in dict.fromkeys(ids)]) for name, ids in lists.items()}
        tables["closed_kinds"] = (("category", "role"), list(self.closed_kinds))
        tables["via"] = (("id", "met"), [(one, str(met)) for one, met in sorted(bits.items())])
        tables["demonstrated"] = (
            ("start", "finish", "mediator", "sign", "cost", "id"),
            [
                (p.source, p.target, p.entities[1], str(int(p.sign)), str(p.cost), p.associations[0].id)
                for p in self.demonstrated
            ],
        )
        tables["slice"] = (
            ("subject", "object", "sign", "cost", "id", "ends", "predicate", "grade",
             "primary_knowledge_source"),
            [(*row[:2], str(row.sign), str(row.cost), row.id, str(int(row.ends)), *row[6:9])
             for row in self.slice or ()],
        )  # fmt: skip
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
    kg: KnowledgeGraph,
    store: Store,
    ends: tuple[Sequence[str], Sequence[str]],
    asked: Conditions,
    effect: str,
    k: int,
    hop_cap: int | None,
) -> MineQuestion:
    """Return a question with every name an id of a graph, which ``store`` holds as a directory."""
    check_count(k, "route")
    check_wanted("effect", effect, EFFECTS)
    if hop_cap is not None and hop_cap < 1:
        raise ValueError(f"hop_cap is {hop_cap}; write how many steps may be followed")
    part = keep_support(kg, asked.taxon, asked.system, asked.since)

    def sources_known() -> list[str]:
        query = "SELECT DISTINCT primary_knowledge_source FROM associations WHERE sign IS NOT NULL"
        return sorted(name for (name,) in store.ask(query) if name)

    asked = resolve(
        with_least_steps(asked),
        entity=lambda name: kg.entity(name).id,
        species=lambda name: species_of(kg, name),
        known=known_words(kg, sources_known),
    )
    letters = tuple(kg.rubric.letters_best_first)
    via = via_groups(kg, part, asked.via, exact=asked.exact)
    tissues = tissue_sources(kg).difference(*via)
    bounds = Bounds(
        asked.max_length, via, asked.avoid, only_ends=tissues, min_length=asked.min_length or 1
    )
    sources, targets = (_covered(kg, store, names, exact=asked.exact) for names in ends)
    signs = EFFECTS[effect]
    shown = demonstrated_paths(
        PathSearch(part, PlainEngine((), bounds), asked, {}, bounds),
        frozenset().union(*sources.values()),
        frozenset().union(*targets.values()),
    )
    kinds = store.ask("SELECT DISTINCT category, role FROM nodes")
    return MineQuestion(
        sources,
        targets,
        asked,
        k,
        signs[0] if len(signs) == 1 else None,
        hop_cap or 0,
        letters=letters[: letters.index(asked.min_grade) + 1] if asked.min_grade else (),
        via=via,
        closed=tissues,
        closed_kinds=tuple(sorted(
            (category, role)
            for category, role in kinds
            if not may_pass(category, role, asked.categories, asked.through)
        )),
        detours=_classes(store, sorted({*sources, *targets}), frozenset().union(*via)),
        demonstrated=tuple(path for path in shown if path.sign in signs),
        slice=None if part is kg else part.walkable,
    )  # fmt: skip


def _covered(
    kg: KnowledgeGraph, store: Store, wanted: Sequence[str], *, exact: bool
) -> dict[str, frozenset[str]]:
    """The ids that are asked for, each with what it covers: its subclasses too, unless ``exact``.

    What is asked for by category covers itself alone.
    """
    names = [text for text in wanted if not text.startswith(_CATEGORY)]
    ids = dict.fromkeys(_ids(kg, store, names), frozenset[str]())
    kinds = ((one, one) for one in ids) if exact else store.ask(_KINDS, [list(ids)])
    for asked, one in kinds:
        ids[asked] |= {one}
    for category in (text.removeprefix(_CATEGORY) for text in wanted if text.startswith(_CATEGORY)):
        members = store.ask("SELECT id FROM nodes WHERE category = $1 ORDER BY id", [category])
        if not members:
            raise NotFound(
                f"No entity has the category {category!r}.", suggestions=sorted(category_counts(kg))
            )
        ids = {one: frozenset({one}) for (one,) in members} | ids
    return ids


def _ids(kg: KnowledgeGraph, store: Store, names: Sequence[str]) -> list[str]:
    """The ids of names: those that only one entity bears are looked up together."""
    found = {
        one: one for (one,) in store.ask(f"SELECT id FROM nodes WHERE id IN {_GIVEN}", [list(names)])
    }
    if isinstance(kg, MergedGraph):
        bearers: dict[str, list[str]] = {}
        query = f"SELECT * FROM (SELECT unnest(keys) AS key, id FROM nodes) WHERE key IN {_GIVEN}"
        for key, one in store.ask(query, [[fold(text) for text in names]]):
            bearers.setdefault(key, []).append(one)
        sole = {key: ids[0] for key, ids in bearers.items() if len(ids) == 1}
        found |= {t: sole[key] for t in names if t not in found and (key := fold(t)) in sole}
    return [found[text] if text in found else kg.entity(text).id for text in names]


def _classes(store: Store, ids: list[str], named: frozenset[str]) -> dict[str, frozenset[str]]:
    """Every class above and below each of some entities, but for what must lie on a path."""
    found = dict.fromkeys(ids, frozenset[str]())
    for query in (_KINDS, _ABOVE):
        for asked, one in store.ask(query, [ids]):
            found[asked] |= {one}
    return {asked: classes - named for asked, classes in found.items()}
