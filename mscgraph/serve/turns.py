"""How much is done at once: some requests work, some wait, more are asked to come again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mscgraph.serve.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from anyio import CapacityLimiter

__all__ = ["Turns"]

T = TypeVar("T")


class Turns:
    """Threads for work of one sort.

    Parameters
    ----------
    at_once
        How much of it is done at the same time.
    waiting
        How many more may wait for their turn.
    """

    def __init__(self, at_once: int, *, waiting: int) -> None:
        self._at_once = at_once
        self._most = at_once + waiting
        self._taken = 0
        self._limiter: CapacityLimiter | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """Return what a function returns, in a thread of its own.

        Raises
        ------
        Refused
            When too many wait already.
        """
        from anyio import CapacityLimiter, to_thread

        if self._limiter is None:
            self._limiter = CapacityLimiter(self._at_once)
        if self._taken >= self._most:
            raise Refused(503, "Too many questions are being answered; ask again in a moment.", retry=1)
        self._taken += 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._taken -= 1
