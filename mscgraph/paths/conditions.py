"""What may be a step and what must lie on a path: checked here, once, for every question about paths."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from mscgraph.errors import NotFound
from mscgraph.model import NOT_REPORTED, OURS, PredicateKind
from mscgraph.paths.deadline import Progress
from mscgraph.paths.engines import Engine, Index, PlainEngine, StepFilter, index_for
from mscgraph.paths.search import Bounds, Edge, hub_penalty
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph

__all__ = [
    "LARGE",
    "MOST_STEPS",
    "ConditionKeywords",
    "Conditions",
    "Limits",
    "PathSearch",
    "degrees_of",
    "edge_of",
    "open_search",
    "read_conditions",
    "resolve",
]

MOST_STEPS = 8
MOST_DAMPING = 10
LARGE = 10_000


class Conditions(NamedTuple):
    """What may be a step of a path, and what must lie on it. Every question about paths takes it.

    Its fields may also be given as keywords, and change those of a record that is given with them.

    ``max_length``
        How many steps a path has at most, 1 to 8 (1 to 4 in :func:`mscgraph.mine`).
    ``via``, ``avoid``
        Entities that must all lie on a path, in any order, or must not.
    ``taxon``, ``system``
        Only findings made in that species or system support a step; what speaks against it is shown from
        everywhere.
    ``since``
        Only findings published in this year or later support a step; a paper of unknown year does not.
    ``predicates``
        Only these relations may be steps, such as ``increases`` and ``decreases``.
    ``categories``
        Only entities of these categories, such as ``Protein``, may stand between the ends.
    ``knowledge_sources``
        Only associations of these primary knowledge sources may be steps, such as ``infores:mscgraph``.
    ``min_grade``
        The lowest letter that a step may have.
    ``exact``
        Do not cover the subclasses of what is asked for.
    ``damping``
        Penalise high-degree nodes: each step costs damping · ln(degree) more for the edges that leave where
        it starts, and for those that enter where it ends. 0 is off; 0.4 is typical.

    Examples
    --------
    >>> import mscgraph as mg
    >>> conditions = mg.Conditions(taxon="human", predicates=["decreases"], max_length=2)
    >>> kg = mg.load()
    >>> direct = mg.find_paths(kg, "MSC", "Th17 cell", conditions, max_length=1)
    >>> {step.association.predicate for path in direct.paths for step in path.steps}
    {'decreases'}
    """

    max_length: int = 4
    via: Sequence[str] = ()
    avoid: Sequence[str] = ()
    taxon: str | None = None
    system: str | None = None
    since: int | None = None
    predicates: Sequence[str] = ()
    categories: Sequence[str] = ()
    knowledge_sources: Sequence[str] = ()
    min_grade: str | None = None
    exact: bool = False
    damping: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The conditions as JSON-ready values."""
        return {
            name: list(value) if isinstance(value, list | tuple) else value
            for name, value in self._asdict().items()
        }


class Limits(NamedTuple):
    """How much work a question may take. Its fields are keywords of every question about paths.

    ``budget``
        Partial paths to expand, and edges to follow when counting, before giving up with
        ``complete=False``.
    ``time_limit``
        Seconds after which the best results so far are returned, with ``complete=False``.
    ``progress``
        Called now and then with a :class:`~mscgraph.paths.deadline.Progress`.
    """

    budget: int = 1_000_000
    time_limit: float | None = None
    progress: Callable[[Progress], object] | None = None


class ConditionKeywords(TypedDict, total=False):
    """The fields of :class:`Conditions` and :class:`Limits` as keywords of every question."""

    max_length: int
    via: Sequence[str]
    avoid: Sequence[str]
    taxon: str | None
    system: str | None
    since: int | None
    predicates: Sequence[str]
    categories: Sequence[str]
    knowledge_sources: Sequence[str]
    min_grade: str | None
    exact: bool
    damping: float
    budget: int
    time_limit: float | None
    progress: Callable[[Progress], object] | None


class PathSearch(NamedTuple):
    """A question's conditions resolved, and what searches it.

    ``kg`` is the slice in which findings support; ``filters`` what an answer says of the conditions.
    """

    kg: "KnowledgeGraph"
    engine: Engine
    conditions: Conditions
    filters: dict[str, Any]

    def kinds(self, identifier: str) -> frozenset[str]:
        """What an entity stands for: itself and its subclasses, or itself alone where exact."""
        return frozenset({identifier}) if self.conditions.exact else self.kg.kinds_of(identifier)


def read_conditions(
    conditions: Conditions | None, keywords: ConditionKeywords, *, most_steps: int = MOST_STEPS
) -> tuple[Conditions, Limits]:
    """Return the record and the keywords of a question as one, its numbers checked.

    Raises
    ------
    TypeError
        When a keyword is none of the fields.
    ValueError
        When a number is out of its range.
    """
    given: dict[str, Any] = dict(keywords)
    limits = Limits(**{name: given.pop(name) for name in Limits._fields if name in given})
    given = {name: (v,) if name in _LISTS and isinstance(v, str) else v for name, v in given.items()}
    asked = Conditions(**{**(conditions._asdict() if conditions else {}), **given})
    if not 1 <= asked.max_length <= most_steps:
        raise ValueError(f"max_length is {asked.max_length}; write 1 to {most_steps}")
    if not 0 <= asked.damping <= MOST_DAMPING:
        raise ValueError(f"damping is {asked.damping}; write 0 (off) to {MOST_DAMPING}")
    if limits.time_limit is not None and not limits.time_limit > 0:
        raise ValueError(f"time_limit is {limits.time_limit}; write seconds above 0")
    return asked, limits


_LISTS = {"via", "avoid", "predicates", "categories", "knowledge_sources"}


def resolve(
    asked: Conditions,
    *,
    entity: Callable[[str], str],
    species: Callable[[str], str],
    known: Callable[[str], Collection[str]],
) -> Conditions:
    """Return conditions with every name as a graph has it.

    Parameters
    ----------
    asked
        What was asked for.
    entity, species
        Return the id of a name, or raise :class:`NotFound`.
    known
        Returns what the graph has of ``predicates``, ``categories``, ``knowledge_sources``, ``systems`` and
        ``letters`` (best first). It is asked only about what the question names.

    Raises
    ------
    NotFound, AmbiguousName
        When a name fits nothing, or several entities; with suggestions.
    """

    def several(what: str, kind: str, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(_one_of(what, name, known(kind)) for name in names)

    return asked._replace(
        via=tuple(map(entity, asked.via)),
        avoid=tuple(map(entity, asked.avoid)),
        taxon=asked.taxon and species(asked.taxon),
        system=asked.system and _one_of("system", asked.system, known("systems")),
        predicates=several("predicate that a path can walk", "predicates", asked.predicates),
        categories=several("category of entities", "categories", asked.categories),
        knowledge_sources=several("knowledge source", "knowledge_sources", asked.knowledge_sources),
        min_grade=asked.min_grade and _one_of("grade", asked.min_grade, known("letters")),
    )


_PREFIXES = ("biolink:", "infores:")


def _one_of(what: str, given: str, known: Collection[str]) -> str:
    """The known name that ``given`` folds to: case, spaces and the prefix of a CURIE do not matter."""
    folded = {_fold(name): name for name in known}
    try:
        return given if given in known else folded[_fold(given)]
    except KeyError:
        names = list(folded.values())
        raise NotFound(
            f"No {what} is called {given!r}.", suggestions=nearest(given, names) or names
        ) from None


def _fold(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return fold(name)


def _species(kg: "KnowledgeGraph", given: str) -> str:
    if given == NOT_REPORTED:
        return given
    found = kg.entity(given)
    if found.category.removeprefix("biolink:") != "OrganismTaxon":
        names = sorted({kg.name(taxon) for f in kg.findings.values() for taxon in f.taxa})
        raise NotFound(f"{found.name} is no species.", suggestions=names)
    return found.id


def _known(
    kg: "KnowledgeGraph", part: "KnowledgeGraph", index: Index | None
) -> Callable[[str], Collection[str]]:
    """What a graph has of the words that conditions use."""

    def known(what: str) -> Collection[str]:
        match what:
            case "predicates":
                return [p.id for p in kg.predicates.values() if p.kind is PredicateKind.EFFECT]
            case "systems":
                return (*kg.vocabulary["system"], NOT_REPORTED)
            case "letters":
                return tuple(kg.rubric.letters_best_first)
            case "categories":
                return index.categories if index else {e.category for e in kg.entities.values()}
            case _:
                sources = index.knowledge_sources if index else (row.source for row in part.walkable)
                return {*sources, OURS}

    return known


def open_search(
    kg: "KnowledgeGraph", conditions: Conditions | None, keywords: ConditionKeywords
) -> PathSearch:
    """Resolve the conditions of a question, and choose the engine by the size of what it walks.

    Raises
    ------
    NotFound, AmbiguousName
        When a condition names nothing that exists, or several entities.
    ValueError
        When one is out of its range.
    """
    asked, limits = read_conditions(conditions, keywords)
    deadline = None
    if limits.time_limit is not None or limits.progress is not None:
        from mscgraph.paths.deadline import Deadline

        deadline = Deadline(limits.time_limit, limits.progress)
    part = keep_support(kg, asked)
    index = None
    if len(part.associations) > LARGE:
        index = index_for(kg, part, (asked.taxon, asked.system, asked.since), limits.progress)
    resolved = resolve(
        asked,
        entity=lambda name: kg.entity(name).id,
        species=lambda name: _species(kg, name),
        known=_known(kg, part, index),
    )
    bounds = Bounds(
        resolved.max_length, resolved.via, resolved.avoid, budget=limits.budget, deadline=deadline
    )
    letters = tuple(kg.rubric.letters_best_first)
    if resolved.min_grade is not None:
        letters = letters[: letters.index(resolved.min_grade) + 1]
    steps = StepFilter(
        resolved.predicates,
        resolved.knowledge_sources,
        resolved.categories,
        letters,
        resolved.damping,
    )
    engine: Engine
    if index is not None:
        engine = index.engine(steps, bounds)
    else:
        bounds = bounds._replace(only_ends=_only_ends(kg, resolved))
        engine = PlainEngine(_edges(kg, part, steps), bounds)
    return PathSearch(part, engine, resolved, _filters(asked, resolved))


def _filters(asked: Conditions, resolved: Conditions) -> dict[str, Any]:
    """What an answer says of the conditions, without the number of steps."""
    said = resolved._replace(taxon=asked.taxon, system=asked.system, min_grade=asked.min_grade)
    filters = said.to_dict()
    del filters["max_length"]
    return filters


def keep_support(kg: "KnowledgeGraph", conditions: Conditions) -> "KnowledgeGraph":
    """Return the slice of the findings that may support a step, graded anew; all of it without filters.

    Only curated findings have a setting and a year: what other sources state is not in a slice by these.
    """
    part = kg
    if conditions.taxon or conditions.system:
        taxon = conditions.taxon and _species(kg, conditions.taxon)
        part = kg.keep_settings(taxon=taxon, system=conditions.system)
    since = conditions.since
    if since is not None:
        # a paper of unknown year is not known to be recent
        recent = {p.id for p in kg.publications.values() if p.year.isdigit() and int(p.year) >= since}
        part = part.keep_findings(lambda finding: finding.publication in recent)
    return part


def edge_of(row: Sequence[Any]) -> Edge:
    """A walkable association as the search takes it."""
    return Edge._make(row[:6])


def _edges(kg: "KnowledgeGraph", part: "KnowledgeGraph", steps: StepFilter) -> Iterator[Edge]:
    """The edges of a slice that may be steps."""
    letters = frozenset(steps.letters)
    leaving, entering = degrees_of(kg) if steps.damping else ({}, {})
    for row in part.walkable:
        if steps.predicates and row.predicate not in steps.predicates:
            continue
        if row.letter not in letters:
            continue
        if steps.knowledge_sources and row.source not in steps.knowledge_sources:
            continue
        edge = edge_of(row)
        if steps.damping:
            more = hub_penalty(leaving[edge.source], steps.damping)
            more += hub_penalty(entering[edge.target], steps.damping)
            edge = edge._replace(cost=edge.cost + more)
        yield edge


def degrees_of(kg: "KnowledgeGraph") -> tuple[dict[str, int], dict[str, int]]:
    """How many edges leave, and enter, each entity of a graph, whatever a question filters."""
    leaving: dict[str, int] = {}
    entering: dict[str, int] = {}
    for row in kg.walkable:
        leaving[row.subject] = leaving.get(row.subject, 0) + 1
        entering[row.object] = entering.get(row.object, 0) + 1
    return leaving, entering


def _only_ends(kg: "KnowledgeGraph", conditions: Conditions) -> frozenset[str]:
    if not conditions.categories:
        return frozenset()
    return frozenset(e.id for e in kg.entities.values() if e.category not in conditions.categories)
