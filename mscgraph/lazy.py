"""What is loaded when it is first used: the names of a package, and what only a higher layer can do.

A layer asks :func:`provided` for a service, such as drawing a record in a notebook, that a layer above
:func:`provide` s.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_services: dict[str, Callable[..., Any]] = {}


def provide(service: str, function: Callable[..., Any]) -> None:
    """Let a function answer for a service, in place of what did so before."""
    _services[service] = function


def provided(service: str) -> Callable[..., Any] | None:
    """Return what answers for a service; None where nothing does."""
    return _services.get(service)


def homes(listed: str) -> dict[str, str]:
    """Return which module holds each name, from lines of a module and names in it."""
    lines = map(str.split, listed.strip().splitlines())
    return {name: module for module, *names in lines for name in names}


def load_late(package: str, home: Mapping[str, str]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a package: it loads the module that holds a name, and keeps the name.

    Such a package has its names three times: imported under ``TYPE_CHECKING`` and in ``__all__`` for type
    checkers and editors, and in ``HOMES`` for this. A test compares the three.
    """

    def __getattr__(name: str) -> object:  # noqa: N807 - it becomes the package's
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return __getattr__
