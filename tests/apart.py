"""Coroutines run in a thread of their own: a browser of the same worker keeps a loop in the main one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def run(asked: Callable[..., Awaitable[Any]], *arguments: object) -> Any:
    """Return what a coroutine function returns."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(anyio.run, asked, *arguments).result()
