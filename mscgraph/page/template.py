"""Templates that escape what they are given, scripts in one text, and the policy under which a page runs.

Modules of scripts stand in ``assets/`` as browsers and node read them, with one
``import { … } from "./other.js";`` a module they use and ``export`` before what they offer. All are joined
in one scope in the order of their imports, so a name may be declared only once in all of them; no node is
needed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import posixpath
import re
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


def asset(name: str, package: str = "mscgraph.page") -> str:
    """Return the text of a file under a package's ``assets/``."""
    return files(package).joinpath("assets", name).read_text(encoding="utf-8")


def templates(package: str = "mscgraph.page") -> Environment:
    """Return the templates under a package's ``assets/``; a name that is not given is an error."""
    return Environment(
        loader=FunctionLoader(partial(asset, package=package)), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def json_element(
    value: Any, *, media_type: str = "application/json", name: str = "", indent: int | None = None
) -> Markup:
    """Return an element that holds JSON, in which nothing can end the element."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, separators=separators, indent=indent)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    named = f' id="{name}"' if name else ""
    return Markup(f'<script type="{media_type}"{named}>{text}</script>')  # noqa: S704 - escaped above


def policy(*, scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Return a policy that lets a page run its own scripts and styles and load nothing at all."""
    ours = f"script-src {' '.join(map(_hash, scripts))}; style-src {' '.join(map(_hash, styles))}"
    return f"default-src 'none'; {ours}; img-src data: blob:; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def bundle(entry: str, head: str = "") -> str:
    """Return a module, given by its path from the package, with all that it imports as one script.

    The statements of ``head`` go before all modules. ValueError is raised where modules import in a circle,
    import what is not exported, or declare a name twice.
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

    def visit(path: str, above: tuple[str, ...]) -> None:
        if path in above:
            circle = " imports ".join([*above[above.index(path) :], path])
            raise ValueError(f"{circle}: break the circle")
        for found in _IMPORT.finditer(modules[path]):
            target = _target(path, found[2])
            names = {name.strip() for name in found[1].split(",") if name.strip()}
            if missing := ", ".join(sorted(names - exported[target])):
                raise ValueError(f"{path} imports {missing}, not exported by {target}")
            if target not in order:
                visit(target, (*above, path))
        order.append(path)

    visit(entry, ())
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
