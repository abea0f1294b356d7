"""How a record draws itself in a notebook: the room that draws lies above those whose records are drawn.

A record asks :func:`drawn`; the public door says with :func:`draw_with` who draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["draw_with", "drawn"]

_drawers: list[Callable[[object], str]] = []


def draw_with(drawer: Callable[[object], str]) -> None:
    """Let ``drawer`` turn records into HTML, in place of who did so before."""
    _drawers[:] = [drawer]


def drawn(record: object) -> str | None:
    """Return a record as HTML; None where nobody draws, and a notebook then prints its text."""
    return _drawers[0](record) if _drawers else None
