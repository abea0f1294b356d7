"""What may be a step and what must lie on a path: checked here, once, for every question about paths."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from mscgraph.errors import NotFound
from mscgraph.graph import category_counts, entities_with_roles, entity_roles
from mscgraph.graph.filtering import values_meant, words_of
from mscgraph.model import OURS, Finding, PredicateKind
from mscgraph.named_tuples import NamedTuple
from mscgraph.paths.deadline import Deadline, Progress
from mscgraph.paths.edges import (
    END_CATEGORIES,
    END_ROLES,
    StepFilter,
    detours,
    keep_support,
    may_pass,
    only_ends,
    only_ends_by_role,
    species_of,
    tissue_sources,
    via_groups,
    walked_edges,
)
from mscgraph.paths.engines import PlainEngine, index_for
from mscgraph.paths.search import Bounds
from mscgraph.schema import columns_of
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.engines import Engine

MOST_STEPS = 8
MOST_DAMPING = 10
LARGE = 10_000
DIRECTORY_SECONDS = 10.0


class Conditions(NamedTuple):
    """What may be a step of a path, and what must lie on it. Every question about paths takes it.

    Its fields may also be given as keywords, and change those of a record that is given with them.

    ``max_length``
        How many steps a path has at most, 1 to 8 (1 to 4 in :func:`mscgraph.mine`).
    ``min_length``
        How many steps it has at least. For :func:`mscgraph.find_paths` 2, unless one step is all that is
        allowed or ``via`` is given: what one step says is the direct test. Otherwise 1.
    ``via``, ``avoid``
        What must all lie on a path, in any order, and entities that must not. A cell of ``via``, or a kind
        of it, also lies on a path where a finding of a step names it as the cell that makes or carries
        something.
    ``taxon``, ``system``
        Only findings made in that species or system support a step; what speaks against it is shown from
        everywhere.
    ``since``
        Only findings published in this year or later support a step; a paper of unknown year does not.
    ``predicates``
        Only these relations may be steps, such as ``increases`` and ``decreases``.
    ``categories``
        Only entities of these categories, such as ``Protein``, may stand between the ends.
    ``through``
        Categories and roles, such as ``Disease`` or ``outcome``, that may stand between the ends although
        they would end a path: diseases, symptoms, clinical measures and models of a disease do.
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
    min_length: int | None = None
    through: Sequence[str] = ()

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
        Seconds after which the best results so far are returned, with ``complete=False``. Unless it is
        given, there is none but on a large graph directory, where questions about all paths (all but
        :func:`mscgraph.find_paths`) have 10; ``math.inf`` lets them run to their end. To open or build the
        index does not count.
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
    min_length: int | None
    through: Sequence[str]
    budget: int
    time_limit: float | None
    progress: Callable[[Progress], object] | None


class PathSearch(NamedTuple):
    """A question's conditions resolved, and what searches it.

    ``kg`` is the slice in which findings support; ``filters`` what an answer says of the conditions;
    ``bounds`` what every path must be like, in ids.
    """

    kg: "KnowledgeGraph"
    engine: "Engine"
    conditions: Conditions
    filters: dict[str, Any]
    bounds: Bounds

    def kinds(self, identifier: str) -> frozenset[str]:
        """What an entity stands for: itself and its subclasses, or itself alone where exact."""
        return frozenset({identifier}) if self.conditions.exact else self.kg.kinds_of(identifier)

    def answered(self, stopped: str, *ends: str) -> dict[str, Any]:
        """The fields of every answer: one end or two, what they cover, conditions, what stopped it."""
        two = ("source", "target", "covered_sources", "covered_targets")
        values = (*ends, *(tuple(sorted(self.kinds(end))) for end in ends))
        said = dict(zip(two if len(ends) > 1 else ("entity", "covered"), values, strict=True))
        how = {"max_length": self.conditions.max_length, "filters": self.filters}
        return said | how | {"complete": not stopped, "stopped": stopped}


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
    if asked.min_length is not None and not 1 <= asked.min_length <= asked.max_length:
        raise ValueError(
            f"min_length is {asked.min_length}; write 1 to max_length, which is {asked.max_length}"
        )
    if not 0 <= asked.damping <= MOST_DAMPING:
        raise ValueError(f"damping is {asked.damping}; write 0 (off) to {MOST_DAMPING}")
    if limits.time_limit is not None and not limits.time_limit > 0:
        raise ValueError(f"time_limit is {limits.time_limit}; write seconds above 0")
    return asked, limits


_LISTS = {"via", "avoid", "predicates", "categories", "through", "knowledge_sources"}


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
        Returns what the graph has of ``predicates``, ``categories``, ``through`` (categories and roles),
        ``knowledge_sources``, ``systems`` and ``letters`` (best first), or the values of each word. It is
        asked only about what the question names.

    Raises
    ------
    NotFound, AmbiguousName
        When a name fits nothing, or several entities; with suggestions.
    """

    def several(what: str, kind: str, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(value for name in names for value in _meant(what, name, known(kind)))

    systems = several("system", "systems", [asked.system] if asked.system else [])
    return asked._replace(
        via=tuple(map(entity, asked.via)),
        avoid=tuple(map(entity, asked.avoid)),
        taxon=asked.taxon and species(asked.taxon),
        system=systems[0] if len(systems) == 1 else asked.system,  # several stay under their one name
        predicates=several("predicate that a path can walk", "predicates", asked.predicates),
        categories=several("category of entities", "categories", asked.categories),
        through=several("category or role of entities", "through", asked.through),
        knowledge_sources=several("knowledge source", "knowledge_sources", asked.knowledge_sources),
        min_grade=(
            None if asked.min_grade is None else _one_of("grade", asked.min_grade, known("letters"))
        ),
    )


_PREFIXES = ("biolink:", "infores:")


def _meant(what: str, given: str, known: Collection[str]) -> tuple[str, ...]:
    """The values that ``given`` means: several where ``known`` maps words to the values they mean."""
    if isinstance(known, Mapping):
        return tuple(sorted(values_meant(what, _bare(given), known)))
    return (_one_of(what, given, known),)


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
    return fold(_bare(name))


def _bare(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def known_words(
    kg: "KnowledgeGraph", knowledge_sources: Callable[[], Collection[str]]
) -> Callable[[str], Collection[str]]:
    """What a graph has of the words that conditions use; its sources are read where one is named."""

    def known(what: str) -> Collection[str]:
        match what:
            case "predicates":
                words = words_of(kg.tables, columns_of(Finding)["predicate"])
                effects = {p.id for p in kg.predicates.values() if p.kind is PredicateKind.EFFECT}
                return {word: meant for word, meant in words.items() if meant <= effects}
            case "systems":
                return words_of(kg.tables, columns_of(Finding)["system"])
            case "letters":
                return tuple(kg.rubric.letters_best_first)
            case "categories":
                return list(category_counts(kg))
            case "through":
                return {*known("categories"), *END_CATEGORIES, *END_ROLES, *entity_roles(kg)} - {""}
            case _:
                return {*knowledge_sources(), OURS}

    return known


def with_least_steps(asked: Conditions) -> Conditions:
    """Ask for mechanisms, which have two steps at least, where nothing else is asked for."""
    if asked.min_length is not None:
        return asked
    return asked._replace(min_length=1 if asked.via or asked.max_length == 1 else 2)


def open_search(
    kg: "KnowledgeGraph",
    conditions: Conditions | None,
    keywords: ConditionKeywords,
    *,
    ends: Sequence[str] = (),
    mechanisms: bool = False,
) -> PathSearch:
    """Resolve the conditions of a question, and choose the engine by the size of what it walks.

    A path does not come back to ``ends``, which are ids; ``mechanisms`` have two steps at least.
    """
    asked, limits = read_conditions(conditions, keywords)
    asked = with_least_steps(asked) if mechanisms else asked._replace(min_length=asked.min_length or 1)
    part = keep_support(kg, asked.taxon, asked.system, asked.since)
    index = None
    if len(part.associations) > LARGE:
        index = index_for(kg, part, (asked.taxon, asked.system, asked.since), limits.progress)
    time_limit, deadline = limits.time_limit, None
    if time_limit is None and index and kg.graph_folder and not mechanisms:
        time_limit = DIRECTORY_SECONDS
    if time_limit is not None or limits.progress is not None:
        deadline = Deadline(time_limit, limits.progress)
    resolved = resolve(
        asked,
        entity=lambda name: kg.entity(name).id,
        species=lambda name: species_of(kg, name),
        known=known_words(
            kg,
            lambda: (
                index.knowledge_sources if index else {edge.knowledge_source for edge in part.walkable}
            ),
        ),
    )
    via = via_groups(kg, part, resolved.via, exact=resolved.exact)
    bounds = Bounds(
        resolved.max_length,
        via,
        resolved.avoid,
        budget=limits.budget,
        deadline=deadline,
        min_length=resolved.min_length or 1,
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
    allowed = (resolved.categories, resolved.through)
    barred = detours(kg, ends) | tissue_sources(kg)
    if index is None or kg.graph_folder is None:
        barred |= only_ends(kg, *allowed)
    else:
        barred |= only_ends_by_role(kg, *allowed)
        inside = [c for c in index.categories if may_pass(c, "", *allowed)]
        named = entities_with_roles(kg, resolved.through) if resolved.through else []
        admitted = [e.id for e in named if may_pass(e.category, e.role, *allowed)]
        steps = steps._replace(categories=inside, admitted=admitted)
    # what was asked for by name may stand there
    bounds = bounds._replace(only_ends=barred.difference(*via))
    engine: Engine = (
        PlainEngine(walked_edges(kg, part, steps), bounds)
        if index is None
        else index.engine(steps, bounds)
    )
    return PathSearch(part, engine, resolved, _filters(asked, resolved), bounds)


def _filters(asked: Conditions, resolved: Conditions) -> dict[str, Any]:
    """What an answer says of the conditions, without the number of steps."""
    said = resolved._replace(taxon=asked.taxon, system=asked.system, min_grade=asked.min_grade)
    filters = said.to_dict()
    del filters["max_length"], filters["min_length"]
    return filters
