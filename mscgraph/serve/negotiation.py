"""Which of several media types a client wants (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["chosen"]


def chosen(accept: str, offered: Sequence[str]) -> str | None:
    """Return the media type that an Accept header likes best; of equals the first offered.

    >>> chosen("text/html;q=0.5, text/*", ["text/html", "text/turtle"]), chosen("image/png", ["text/html"])
    ('text/turtle', None)
    """
    wanted = [_preference(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    best, most = None, 0.0
    for media in offered:
        if (weight := _weight(media, wanted)) > most:
            best, most = media, weight
    return best


def _preference(part: str) -> tuple[str, float]:
    media, *parameters = (word.strip().lower() for word in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media, min(1.0, max(0.0, float(value)))
            except ValueError:
                return media, 0.0
    return media, 1.0


def _weight(media: str, wanted: Sequence[tuple[str, float]]) -> float:
    """How much a media type is wanted: what names it most exactly decides."""
    kind = media.partition("/")[0]
    for pattern in (media, f"{kind}/*", "*/*"):
        found = [weight for name, weight in wanted if name == pattern]
        if found:
            return max(found)
    return 0.0
