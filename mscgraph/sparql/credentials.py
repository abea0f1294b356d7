"""Who asks an endpoint: user and password, or token, from the environment or netrc, kept out of sight."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from mscgraph.errors import EndpointError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Credentials", "find_credentials"]

_PREFIX = "MSCGRAPH_ENDPOINT_"
_SCHEMES = ("basic", "digest")


class Credentials(NamedTuple):
    """``scheme`` is basic, digest, bearer or none. What is secret never shows in ``repr``."""

    scheme: str = "none"
    user: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return f"<Credentials: {self.scheme}>"

    def scrub(self, text: str) -> str:
        """A server's words without the password, token or user name, in any form that was sent."""
        pair = f"{self.user}:{self.secret}".encode()
        sent = base64.b64encode(pair).decode() if self.user else ""
        secret = self.secret.encode()
        hidden = {
            sent, self.secret, quote(self.secret, safe=""), self.user, quote(self.user, safe=""),
            secret.hex(), base64.b64encode(secret).decode().rstrip("="),
        }  # fmt: skip
        for one in sorted(hidden - {""}, key=len, reverse=True):
            text = text.replace(one, "…")
        return text


def find_credentials(url: str, environment: Mapping[str, str] | None = None) -> Credentials:
    """Find who asks: ``MSCGRAPH_ENDPOINT_TOKEN``, or ``…_USER`` and ``…_PASSWORD``, or netrc.

    ``MSCGRAPH_ENDPOINT_AUTH`` is ``basic`` (the default) or ``digest``. Nobody is an answer too.
    """
    given = os.environ if environment is None else environment
    user, password, token, scheme = (
        given.get(_PREFIX + name, "") for name in ("USER", "PASSWORD", "TOKEN", "AUTH")
    )
    scheme = scheme.strip().lower() or "basic"
    if scheme not in _SCHEMES:
        raise EndpointError(f"{_PREFIX}AUTH is neither basic nor digest.")
    if token and (user or password):
        raise EndpointError(f"{_PREFIX}TOKEN and {_PREFIX}USER or PASSWORD are both set; keep one way.")
    if bool(user) != bool(password):
        missing = "PASSWORD" if user else "USER"
        raise EndpointError(f"{_PREFIX}{missing} is not set, though its partner is.")
    token = token.strip()
    for name, value in (("USER", user), ("PASSWORD", password), ("TOKEN", token)):
        if any(ord(c) < ord(" ") or ord(c) == 127 for c in value):  # noqa: PLR2004 - delete
            raise EndpointError(f"{_PREFIX}{name} holds a line break or another control character.")
    if not token.isascii():
        raise EndpointError(f"{_PREFIX}TOKEN holds a letter that no HTTP header may.")
    if token:
        return Credentials("bearer", secret=token)
    if user:
        return Credentials(scheme, user, password)
    from requests.utils import get_netrc_auth

    found = get_netrc_auth(url)
    return Credentials(scheme, *found) if found else Credentials()
