"""CURIEs and prefixes: ``CL:0000134`` ⇄ ``http://purl.obolibrary.org/obo/CL_0000134``."""

from __future__ import annotations

import re

from mscgraph.errors import CurieError

# What stands in an IRI as it is; all else of ASCII is escaped, such as < in an old DOI, and % itself.
_SAFE = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/?-]*")


def split_curie(curie: str) -> tuple[str, str]:
    """Split ``"CL:0000134"`` into ``("CL", "0000134")``.

    Raise :class:`CurieError` where a side of the colon is empty, or white space inside.
    """
    prefix, colon, local = curie.partition(":")
    if not colon or not prefix or not local or any(c.isspace() for c in curie):
        raise CurieError(
            f"{curie!r} is not a CURIE: write prefix:identifier, such as CL:0000134", value=curie
        )
    return prefix, local


def is_namespace(text: str) -> bool:
    """Whether an IRI may begin so.

    >>> is_namespace("http://purl.obolibrary.org/obo/CL_"), is_namespace("CL")
    (True, False)
    """
    scheme, colon, _ = text.partition(":")
    rest = text.replace("#", "")
    return bool(colon) and scheme[:1].isalpha() and scheme.isascii() and _escape(rest) == rest


def _escape(text: str) -> str:
    """A text in which all is escaped that no IRI may hold, or that would not come back as it was.

    >>> _escape("a b<c>"), _escape("50%")
    ('a%20b%3Cc%3E', '50%25')
    """
    if _SAFE.fullmatch(text):
        return text
    return "".join(
        c
        if _SAFE.fullmatch(c) or (c > "\xa0" and c.isprintable() and not "\ufff0" <= c <= "\uffff")
        else "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "replace"))
        for c in text
    )


def _unescape(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote  # rarely needed

    return unquote(text)


class Prefixes:
    """A prefix map with exact, case-sensitive prefixes.

    >>> Prefixes({"CL": "http://purl.obolibrary.org/obo/CL_"}).expand("CL:0000134")
    'http://purl.obolibrary.org/obo/CL_0000134'
    """

    __slots__ = ("_longest_first", "namespaces")

    def __init__(self, namespaces: dict[str, str]) -> None:
        self.namespaces = dict(sorted(namespaces.items()))
        self._longest_first = sorted(self.namespaces.items(), key=lambda item: (-len(item[1]), item[0]))

    def expand(self, curie: str) -> str:
        """Return the IRI of a CURIE; raise :class:`CurieError` on an unknown prefix."""
        prefix, local = split_curie(curie)
        try:
            return self.namespaces[prefix] + _escape(local)
        except KeyError:
            raise CurieError(
                f"{curie!r} has the unknown prefix {prefix!r}; add it to terms/prefixes.tsv",
                value=curie,
            ) from None

    def contract(self, iri: str) -> str:
        """Return the CURIE of an IRI by its longest matching namespace.

        Raises :class:`CurieError` when no namespace matches.
        """
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace) and len(iri) > len(namespace):
                return f"{prefix}:{_unescape(iri[len(namespace) :])}"
        raise CurieError(f"{iri!r} lies in no namespace of terms/prefixes.tsv", value=iri)


_RESOLVER = "https://bioregistry.io/"


class OpenPrefixes(Prefixes):
    """Prefixes that fall back on Bioregistry's resolver for those of other sources.

    >>> OpenPrefixes({}).expand("OMIM:147570"), OpenPrefixes({}).contract("https://bioregistry.io/OMIM:147570")
    ('https://bioregistry.io/OMIM:147570', 'OMIM:147570')
    """

    __slots__ = ()

    def expand(self, curie: str) -> str:
        """Return the IRI of a CURIE; of an unknown prefix, the address that Bioregistry resolves."""
        try:
            return super().expand(curie)
        except CurieError:
            if ":" not in curie:
                raise
            return _RESOLVER + _escape(curie)

    def contract(self, iri: str) -> str:
        """Return the CURIE of an IRI, also of one that Bioregistry resolves."""
        try:
            return super().contract(iri)
        except CurieError:
            local = iri.removeprefix(_RESOLVER)
            if local == iri or ":" not in local:
                raise
            return _unescape(local)
