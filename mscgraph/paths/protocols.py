"""What searches paths, and what lays a graph out for it: the two places where large graphs plug in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from mscgraph.paths.search import SIGNS

if TYPE_CHECKING:
    from mscgraph.model import Edge
    from mscgraph.paths.edges import StepFilter
    from mscgraph.paths.search import Bounds, Counted, Found

Ids: TypeAlias = Collection[str]
Signs: TypeAlias = Collection[int]
Around: TypeAlias = Callable[[str], frozenset[str]]


class Engine(Protocol):
    """Searches the paths of one question: its filters and bounds are already applied."""

    def search(
        self, sources: Ids, targets: Ids, *, k: int, signs: Signs = SIGNS, routes: bool = False
    ) -> Found:
        """Return the k best simple paths of a wanted net sign.

        With ``routes`` the best path of each of the k best routes: a route is a sequence of entities.
        """

    def steps(self, sources: Ids, targets: Ids) -> list[Edge]:
        """Return the edges that lead from one of the sources to one of the targets in one step."""

    def count(self, sources: Ids, targets: Ids) -> Counted:
        """Count all simple paths by net sign."""

    def loops(self, entity: str, *, k: int) -> Found:
        """Return the k best cycles through an entity; a read-out closes none."""

    def influences(
        self, members: frozenset[str], around: Around, *, upstream: bool
    ) -> Iterator[tuple[str, Found]]:
        """Yield the best path of each sign between the members and every entity, where there is one.

        ``around`` says of an entity at the far end what may not lie between: its classes.
        """


class Index(Protocol):
    """A graph laid out for search, and the words that its edges and entities are labelled with."""

    @property
    def knowledge_sources(self) -> Sequence[str]:
        """The primary knowledge sources of its edges."""

    @property
    def categories(self) -> Sequence[str]:
        """The categories of its entities."""

    def engine(self, steps: StepFilter, bounds: Bounds) -> Engine:
        """Return what searches one question.

        Besides what ``bounds.only_ends`` names, entities of other categories than ``steps.categories`` may
        only be ends.
        """
