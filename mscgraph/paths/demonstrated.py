"""Routes that single studies demonstrated: an effect, and the mediator that it was shown to run through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.graph.associating import identified
from mscgraph.graph.grading import grade
from mscgraph.model import OURS, Finding, PredicateKind, Sign
from mscgraph.paths.edges import may_pass
from mscgraph.paths.path import Demonstrated, Path, Step, path_order
from mscgraph.tables.rows import many

if TYPE_CHECKING:
    from collections.abc import Collection

    from mscgraph.model import Association
    from mscgraph.paths.conditions import PathSearch

_VIA = Finding._fields.index("via")


def demonstrated_paths(
    search: PathSearch,
    sources: Collection[str] | None,
    targets: Collection[str] | None,
) -> list[Path]:
    """Return what single studies showed to run from a source by way of a mediator to a target, best first.

    A finding of an effect with ``via`` is such a path. It is held to the conditions of every path, and
    counts as two steps; its cost is the grade of the findings that name the mediator. None for sources or
    targets allows any.
    """
    asked, bounds = search.conditions, search.bounds
    if bounds.max_length < 2 or bounds.min_length > 2:  # noqa: PLR2004 - steps
        return []
    if asked.knowledge_sources and OURS not in asked.knowledge_sources:
        return []
    found = [
        path
        for (edge, mediator), findings in sorted(_shown(search, sources, targets).items())
        if (path := _path(search, edge, mediator, findings)) is not None
    ]
    return sorted(found, key=path_order)


def _shown(
    search: PathSearch, sources: Collection[str] | None, targets: Collection[str] | None
) -> dict[tuple[str, str], list[str]]:
    """The ids of findings by association and mediator."""
    kg, asked, bounds = search.kg, search.conditions, search.bounds
    shown: dict[tuple[str, str], list[str]] = {}
    for key, rows in kg.keyed.items():
        subject, predicate, object_, _ = key
        if (sources is not None and subject not in sources) or (
            targets is not None and object_ not in targets
        ):
            continue
        if kg.predicates[predicate].kind is not PredicateKind.EFFECT or (
            asked.predicates and predicate not in asked.predicates
        ):
            continue
        if subject == object_ or {subject, object_} & set(bounds.avoid):
            continue
        for row in rows:
            for mediator in many(row[_VIA]) if isinstance(row[_VIA], str) else row[_VIA]:
                if mediator not in {subject, object_} and not (
                    mediator in bounds.avoid or mediator in bounds.only_ends
                ):
                    edge = identified(kg.associations, key)
                    shown.setdefault((edge, mediator), []).append(row[0])
    return shown


def _path(search: PathSearch, identifier: str, mediator: str, findings: list[str]) -> Path | None:
    """The path of some findings; None where they do not count or the conditions rule it out."""
    kg, asked = search.kg, search.conditions
    # of a graph with an index, ``only_ends`` does not hold what its category bars
    between = kg.entities.get(mediator)
    is_named = any(mediator in group for group in search.bounds.groups)
    if between and not (
        is_named or may_pass(between.category, between.role, asked.categories, asked.through)
    ):
        return None
    supporting = tuple(f for f in map(kg.findings.__getitem__, findings) if kg.counts(f))
    if not supporting:
        return None
    whole = kg.associations[identifier]
    papers = {f.publication for f in supporting}
    preprints = {paper for paper in papers if kg.publications[paper].status == "preprint"}
    other = len(whole.other_settings)
    graded = grade(supporting, whole.disputing, kg.rubric, other=other, preprints=preprints)
    part = whole._replace(supporting=supporting, inconclusive=(), grade=graded)
    letters = kg.rubric.letters_best_first
    if asked.min_grade and letters.index(part.grade.letter) > letters.index(asked.min_grade):
        return None
    cells = {cell for f in supporting for cell in (f.subject_cell, f.object_cell)}
    on = {whole.subject, whole.object, mediator} | cells
    if any(group.isdisjoint(on) for group in search.bounds.groups):
        return None
    return Path((Step(part),), Demonstrated(mediator, _signs(search, whole, mediator), whole))


def _signs(search: PathSearch, whole: Association, mediator: str) -> tuple[Sign, Sign]:
    """The signs of the two halves, each that of its best association with one; unknown without.

    Both are unknown where together they contradict the effect that was shown.
    """

    def known(source: str, target: str) -> Sign:
        steps = search.engine.steps({source}, {target})
        return next((Sign(edge.sign) for edge in steps if edge.sign), Sign.UNKNOWN)

    first, second = known(whole.subject, mediator), known(mediator, whole.object)
    if first * second not in (0, whole.sign):
        return Sign.UNKNOWN, Sign.UNKNOWN
    return first, second
