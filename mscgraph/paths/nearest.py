"""What to ask where there is no route: the nearest questions that have an answer, as commands to copy."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from mscgraph.errors import MscGraphError
from mscgraph.named_tuples import NamedTuple
from mscgraph.paths.conditions import MOST_STEPS, ConditionKeywords, open_search
from mscgraph.paths.demonstrated import demonstrated_paths
from mscgraph.paths.direct import findings_between
from mscgraph.tables.folder import default_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.conditions import Conditions

_LIMITS: ConditionKeywords = {
    "budget": 20_000
}  # of each question that is tried; no clock, so equal answers
_MOST_RELATIVES = 3
_ALL = "without these filters"
_OPTIONS = {
    "predicates": "predicate",
    "categories": "category",
    "knowledge_sources": "knowledge-source",
}
_NARROWING = (
    "taxon", "system", "since", "min_grade", "min_length", "via", "avoid", "predicates", "categories",
    "knowledge_sources",
)  # fmt: skip


class Hint(NamedTuple):
    """What is known instead of a route, and the command that shows it."""

    text: str
    command: str

    def to_dict(self) -> dict[str, str]:
        """The hint as JSON-ready values."""
        return self._asdict()


def nearest_questions(
    kg: KnowledgeGraph, ends: tuple[str, str], asked: Conditions, effect: str, found: Sequence[str]
) -> tuple[Hint, ...]:
    """Return the nearest questions that have an answer.

    Parameters
    ----------
    kg
        The graph that was asked.
    ends
        The ids of source and target.
    asked
        The conditions of the question that has no route.
    effect
        The net effect that was wanted.
    found
        The net effects that paths have, although none has the wanted one.
    """
    hints = [
        Hint(f"paths of the net effect {other}", _command(kg, ends, asked, other)) for other in found
    ]
    widened = False
    for words, other, changed in _tries(kg, ends, asked):
        if words == _ALL and widened:
            continue
        if there := _what_is_there(kg, other, changed, effect, direct=other != ends):
            widened = widened or words.startswith("without")
            hints.append(Hint(f"{words}: {there}", _command(kg, other, changed, effect)))
    return tuple(hints or _single_ends(kg, ends))


def _tries(
    kg: KnowledgeGraph, ends: tuple[str, str], asked: Conditions
) -> Iterator[tuple[str, tuple[str, str], Conditions]]:
    """The questions near one, nearest first: in words, the two ends, the conditions."""
    source, target = ends
    free = type(asked)._field_defaults
    given = [name for name in _NARROWING if getattr(asked, name) != free[name]]
    for name in given:
        yield f"without --{_option(name)}", ends, asked._replace(**{name: free[name]})
    if len(given) > 1:
        yield _ALL, ends, asked._replace(**{name: free[name] for name in given})
    if asked.exact:
        yield "with subclasses", ends, asked._replace(exact=False)
    if asked.max_length < MOST_STEPS:
        yield "with one step more", ends, asked._replace(max_length=asked.max_length + 1)
    yield "the other way round", (target, source), asked
    for place, end in enumerate(ends):
        for relative in sorted(kg.entities[end].parents, key=kg.name)[:_MOST_RELATIVES]:
            wider = (source, relative) if place else (relative, target)
            yield f"for {kg.name(relative)}, of which {kg.name(end)} is a kind", wider, asked


def _what_is_there(
    kg: KnowledgeGraph, ends: tuple[str, str], asked: Conditions, effect: str, *, direct: bool
) -> str:
    """What a question finds, in words: a route, or else direct findings, where they are wanted."""
    from mscgraph.paths.answer import EFFECTS

    try:
        search = open_search(kg, asked, _LIMITS, ends=ends, mechanisms=True)
    except (MscGraphError, ValueError):  # such as a condition that this question cannot have
        return ""
    sources, targets = map(search.kinds, ends)
    shown = demonstrated_paths(search, sources, targets)
    if any(path.sign in EFFECTS[effect] for path in shown):
        return "a route"
    if search.engine.search(sources, targets, k=1, signs=EFFECTS[effect]).paths:
        return "a route"
    number = len(findings_between(kg.whole, sources, targets)) if direct else 0
    return f"no route, {number} direct finding{'s' * (number > 1)}" if number else ""


def _single_ends(kg: KnowledgeGraph, ends: tuple[str, str]) -> Iterator[Hint]:
    """What either end takes part in, where nothing is known of the two together."""
    if kg.graph_folder is not None:  # its associations are too many to go through
        return
    pairs = [(edge.source, edge.target) for edge in kg.walkable]
    for place, (end, does) in enumerate(zip(ends, ("acts on", "is acted on by"), strict=True)):
        kinds, name = kg.kinds_of(end), kg.name(end)
        if far := {pair[1 - place] for pair in pairs if pair[place] in kinds}:
            entities = "1 entity" if len(far) == 1 else f"{len(far)} entities"
            words = (("downstream", "upstream")[place], name, "--max-length", "1")
            yield Hint(f"{name} {does} {entities}", _quoted(*_program(kg), *words))
        else:
            none = f"no effect {('of', 'on')[place]} {name} itself is curated"
            yield Hint(none, _quoted(*_program(kg), "show", name))


def _command(kg: KnowledgeGraph, ends: tuple[str, str], asked: Conditions, effect: str) -> str:
    """The shell line of a question."""
    words = [*_program(kg), "paths", *map(kg.name, ends)]
    words += [] if effect == "any" else ["--effect", effect]
    free = type(asked)._field_defaults
    for name, value in asked._asdict().items():
        if value == free[name]:
            continue
        option = f"--{_option(name)}"
        if value is True:
            words.append(option)
        elif isinstance(value, str | int | float):
            words += [option, kg.name(str(value))]
        else:
            words += [word for one in value for word in (option, kg.name(one))]
    return _quoted(*words)


def _program(kg: KnowledgeGraph) -> list[str]:
    """The program, asked about the graph that was asked."""
    if kg.graph_folder is not None:
        return ["mscgraph", "--graph", str(kg.graph_folder)]
    folder = str(kg.folder)
    return ["mscgraph", *([] if folder == default_folder() else ["--ontology", folder])]


def _option(name: str) -> str:
    return _OPTIONS.get(name, name.replace("_", "-"))


def _quoted(*words: str) -> str:
    """The words as a shell line, in double quotes where that is enough."""
    lines = []
    for word in words:
        quoted = shlex.quote(word)
        lines.append(f'"{word}"' if quoted != word and not set(word) & set('"$`\\!') else quoted)
    return " ".join(lines)
