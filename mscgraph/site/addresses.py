"""A file for every record, named after its id: the same name in every build and on every file system.

A plain id keeps its letters (``CL:0000134`` is ``CL_0000134``). Any other, with slashes, mixed case,
characters that a file system or an address may not hold, or of great length, is a readable beginning and a
fingerprint of the whole id. No two ids get names that differ in case alone, because many file systems take
such names for one.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscgraph.text.curie import Prefixes

__all__ = ["FOLDERS", "file_name", "web_address"]

FOLDERS = ("entity", "association", "publication", "question", "trial")

_LONGEST = 80
_SHOWN = 48
# Our own ids are minted in lower case, those of others hold digits and capitals: within each family a name
# in one case has no twin in the other.
_OWN = re.compile(r"[0-9a-z][0-9a-z_-]*")
_OTHERS = re.compile(r"[0-9A-Z][0-9A-Z-]*")


def file_name(identifier: str, prefixes: Prefixes) -> str:
    """Return the name of a record's file, without its ending.

    >>> from mscgraph.text.curie import Prefixes
    >>> file_name("CL:0000134", Prefixes({"CL": "http://purl.obolibrary.org/obo/CL_"}))
    'CL_0000134'
    >>> file_name("DOI:10.1/A", Prefixes({"DOI": "https://doi.org/"}))
    'DOI_10.1-A~59a9dad31777'
    """
    prefix, _, local = identifier.partition(":")
    if _is_plain(prefix, local, prefixes) and len(identifier) <= _LONGEST:
        return f"{prefix}_{local}"
    readable = re.sub(r"[^0-9A-Za-z._-]+", "-", identifier.replace(":", "_", 1))
    readable = readable[:_SHOWN].strip("._-") or "id"
    return f"{readable}~{sha256(identifier.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _is_plain(prefix: str, local: str, prefixes: Prefixes) -> bool:
    if prefix not in prefixes.namespaces or not prefix.isalnum() or not prefix.isascii():
        return False
    twins = sum(other.lower() == prefix.lower() for other in prefixes.namespaces)
    own = "mscgraph" in prefixes.namespaces[prefix]
    return twins == 1 and (_OWN if own else _OTHERS).fullmatch(local) is not None


def web_address(text: str) -> str:
    """Return an address if it leads to the web, with what no address may hold escaped; else nothing.

    >>> web_address("https://doi.org/10.1/a b"), web_address("javascript:alert(1)")
    ('https://doi.org/10.1/a%20b', '')
    """
    if not text.startswith(("https://", "http://")):
        return ""
    allowed = "-._~:/?#[]@!$&'()*+,;=%"
    return "".join(
        character
        if character.isascii() and (character.isalnum() or character in allowed)
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
        for character in text
    )
