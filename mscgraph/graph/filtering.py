"""Filters of findings: what a question names, resolved to tests that a finding passes or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.errors import NotFound
from mscgraph.model import NOT_REPORTED
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from mscgraph.graph.knowledge import KnowledgeGraph
    from mscgraph.model import Finding

    Test: TypeAlias = Callable[[Finding], bool]

__all__ = ["finding_tests", "one_of_known", "setting_tests"]


def finding_tests(  # noqa: PLR0913 - one keyword a filter, as on the command line
    kg: KnowledgeGraph,
    *,
    subject: str | None,
    predicate: str | None,
    object: str | None,  # noqa: A002 - the field's word
    aspect: str | None,
    publication: str | None,
    taxon: str | None,
    system: str | None,
    design: str | None,
) -> list[Test]:
    """Return the tests of the filters given: those of :meth:`~mscgraph.KnowledgeGraph.find_findings`."""
    tests: list[Test] = []
    if subject is not None:
        subjects = kg.kinds_of(kg.entity(subject).id)
        tests.append(lambda f: f.subject in subjects)
    if object is not None:
        objects = kg.kinds_of(kg.entity(object).id)
        tests.append(lambda f: f.object in objects)
    if predicate is not None:
        known = one_of_known("predicate", predicate, kg.predicates)
        tests.append(lambda f: f.predicate == known)
    if aspect is not None:
        what = one_of_known("aspect", aspect, kg.aspects)
        tests.append(lambda f: f.aspect == what)
    if publication is not None:
        paper = kg.publication(publication).id
        tests.append(lambda f: f.publication == paper)
    return tests + setting_tests(kg, taxon=taxon, system=system, design=design)


def setting_tests(
    kg: KnowledgeGraph, *, taxon: str | None, system: str | None, design: str | None
) -> list[Test]:
    """Return the tests of a setting: species, system and study design."""
    tests: list[Test] = []
    if taxon is not None:
        species = NOT_REPORTED if taxon == NOT_REPORTED else kg.entity(taxon).id
        tests.append(lambda f: species in (f.taxon, f.host_taxon))
    if system is not None:
        model = one_of_known("system", system, (*kg.vocabulary["system"], NOT_REPORTED))
        tests.append(lambda f: f.system == model)
    if design is not None:
        plan = one_of_known("study design", design, kg.vocabulary["study_design"])
        tests.append(lambda f: f.study_design == plan)
    return tests


def one_of_known(what: str, given: str, known: Iterable[str]) -> str:
    """Return the known name that ``given`` folds to; raise :class:`NotFound` with suggestions."""
    folded = {fold(name): name for name in known}
    try:
        return folded[fold(given)]
    except KeyError:
        raise NotFound(
            f"No {what} is called {given!r}.",
            suggestions=nearest(given, folded.values()) or list(folded.values()),
        ) from None
