"""Templates that escape what they are given, data in a page, and the policy under which a page runs."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["asset", "json_element", "policy", "templates"]


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
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, styles))}",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
