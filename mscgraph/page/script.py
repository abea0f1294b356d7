"""Join the modules of a script into the one text that a page holds; no node is needed.

Modules stand in ``assets/`` as browsers and node read them, with one ``import { … } from "./other.js";`` a
module they use and ``export`` before what they offer. All are joined in one scope in the order of their
imports, so a name may be declared only once in all of them.
"""

from __future__ import annotations

import posixpath
import re
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["bundle", "join_modules", "lean"]

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
# Lines that are comments alone, empty lines and indents: a quarter, which a reader finds in the repository.
_IDLE = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)?\n|^[ \t]+(?!//|/\*)", re.MULTILINE
)
_DECLARED = re.compile(r"^(export )?(?:async )?(?:const|let|class|function) (\w+)", re.MULTILINE)
_SPANNING = re.compile(r"^[^`\n]*(?:`[^`\n]*`[^`\n]*)*`[^`\n]*$", re.MULTILINE)
_FORBIDDEN = re.compile(
    r"^(?:import(?! \{)|export (?:default|\{|\*)|(?:export )?(?:const|let|var) [\[{]|var ).*",
    re.MULTILINE,
)


def bundle(entry: str, head: str = "") -> str:
    """Return a module of this program with all that it imports as one script.

    Parameters
    ----------
    entry
        The module's path from the package, such as ``page/assets/main.js``.
    head
        Statements that go before all modules.

    Raises
    ------
    ValueError
        When the modules import in a circle, import what is not exported, or declare a name twice.
    """
    modules: dict[str, str] = {}
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        if path not in modules:
            modules[path] = files("mscgraph").joinpath(path).read_text(encoding="utf-8")
            waiting += [_target(path, found[2]) for found in _IMPORT.finditer(modules[path])]
    return f'(async () => {{\n"use strict";\n{head}{join_modules(modules, entry)}}})();\n'


def join_modules(modules: Mapping[str, str], entry: str) -> str:
    """Return modules, given by path, in one scope: each after all that it imports."""
    exported = {
        path: {m[2] for m in _DECLARED.finditer(text) if m[1]} for path, text in modules.items()
    }
    order: list[str] = []
    open_: list[str] = []

    def visit(path: str) -> None:
        if path in order:
            return
        if path in open_:
            raise ValueError(
                f"{' imports '.join([*open_[open_.index(path) :], path])}: break the circle"
            )
        open_.append(path)
        for found in _IMPORT.finditer(modules[path]):
            target = _target(path, found[2])
            names = {name.strip() for name in found[1].split(",") if name.strip()}
            if missing := names - exported[target]:
                raise ValueError(
                    f"{path} imports {', '.join(sorted(missing))}, not exported by {target}"
                )
            visit(target)
        open_.pop()
        order.append(path)

    visit(entry)
    declared: dict[str, str] = {}
    for path in order:
        if found := _FORBIDDEN.search(modules[path]) or _SPANNING.search(modules[path]):
            raise ValueError(
                f"{path}: {found[0]!r} cannot be joined; import, export or declare by name, "
                "end a text in its line"
            )
        for match in _DECLARED.finditer(modules[path]):
            if (other := declared.setdefault(match[2], path)) != path:
                raise ValueError(f"{path} and {other} both declare {match[2]}: rename one")
    plain = (lean(_IMPORT.sub("", modules[path])) for path in order)
    return "\n".join(re.sub(r"^export ", "", text, flags=re.MULTILINE) for text in plain)


def lean(text: str) -> str:
    """Return a script or style without lines of comment, empty lines and indents."""
    return _IDLE.sub("", text)


def _target(path: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), address))
