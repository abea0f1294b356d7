"""The clock of a question: when its time is up, and how far it has come."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

from collections.abc import Callable
from time import monotonic

from mscgraph.named_tuples import NamedTuple


class TimeUp(Exception):
    """The time that a question was given is over."""


class Progress(NamedTuple):
    """How far work has come: seconds since it began, paths found, steps looked at in this go.

    ``doing`` names the work where it is not the search itself.
    """

    seconds: float
    found: int
    looked_at: int
    doing: str = ""

    def __str__(self) -> str:
        what = self.doing or f"searching: {self.found:,} found, {self.looked_at:,} steps looked at"
        return f"{self.seconds:.0f} s, {what}"


class Deadline:
    """Checked every so often by whoever searches.

    Parameters
    ----------
    time_limit
        Seconds after which :class:`TimeUp` is raised; None for never.
    progress
        Called with a :class:`Progress` at every check.
    clock
        Returns the time in seconds.
    """

    __slots__ = ("_begun", "_clock", "_limit", "_progress")

    def __init__(
        self,
        time_limit: float | None = None,
        progress: Callable[[Progress], object] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._clock = clock or monotonic
        self._begun = self._clock()
        self._limit = time_limit
        self._progress = progress

    def check(self, looked_at: int, found: int = 0) -> None:
        """Report progress; raise :class:`TimeUp` when it is time to stop."""
        passed = self._clock() - self._begun
        if self._progress is not None:
            self._progress(Progress(passed, found, looked_at))
        if self._limit is not None and passed >= self._limit:
            raise TimeUp
