"""One request to an endpoint: credentials, redirects, and errors in words."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from mscgraph.errors import EndpointError
from mscgraph.named_tuples import NamedTuple
from mscgraph.web import WebFault, origin, page_text, send_once, shown_address, web_library

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    import requests

    from mscgraph.web import WebReply

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


_REDIRECTS = 5
_MOVED = frozenset({301, 302, 307, 308})
_WORDS = 300
_READ = 1 << 20
_LARGEST = 1 << 28  # bytes of one answer, unpacked
_ELSEWHERE = (
    "That address does not take this: queries, updates and graphs have different addresses at most "
    "servers, such as /query, /update and /store."
)
_ADVICE = {
    401: "Set MSCGRAPH_ENDPOINT_USER and MSCGRAPH_ENDPOINT_PASSWORD (and MSCGRAPH_ENDPOINT_AUTH=digest "
    "where it wants that), or MSCGRAPH_ENDPOINT_TOKEN, or write the host into ~/.netrc.",
    403: "Whoever asks may not do this there: ask its keeper, or use other credentials.",
    404: "Nothing is at that address: look up the endpoint's own, which often ends in /sparql or /query.",
    405: _ELSEWHERE,
    408: "Ask for less, or allow more time.",
    413: "The server takes no requests of this size: allow more there.",
    415: _ELSEWHERE,
    429: "It asks for patience: wait, then ask again.",
    501: _ELSEWHERE,
    503: "It is busy or down: ask again later.",
}


class Client:
    """Asks one address. ``timeout`` is seconds for a whole answer, counted from each request."""

    def __init__(self, url: str, *, timeout: float) -> None:
        self.url = _checked(url)
        self.timeout = timeout
        library = web_library('An endpoint is asked with requests: pip install "mscgraph[endpoint]"')
        self.credentials: Credentials = find_credentials(self.url)
        self._session = library.Session()
        self._own = _auth(library, self.credentials)
        self._nobody = _auth(library, Credentials())

    def __repr__(self) -> str:
        return f"<Client: {shown_address(self.url)}>"

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def send(
        self,
        what: str,
        method: str,
        *,
        data: bytes | list[tuple[str, str]],
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        follow_redirects: bool = False,
    ) -> WebReply:
        """Send one request and return its reply; ``what`` names it in an error.

        A question follows redirects, and leaves the credentials behind where one leads to another host;
        what writes follows none.
        """
        url = self.url
        for _ in range(_REDIRECTS + 1):
            auth = self._own if origin(url) == origin(self.url) else self._nobody
            try:
                reply = send_once(
                    self._session, method, url, timeout=self.timeout, largest=_LARGEST, data=data,
                    headers=dict(headers), params=params, auth=auth,
                )  # fmt: skip
            except WebFault as fault:
                raise _fault(what, url, str(fault)) from None
            location = reply.headers.get("Location", "")
            if reply.status in _MOVED and location:
                url = self._next(what, url, location, follow=follow_redirects)
                continue
            if not 200 <= reply.status < 300:  # noqa: PLR2004
                said, advice = self.words(reply), _ADVICE.get(reply.status, "")
                more = (f", saying: {said}" if said else ".") + (f" {advice}" if advice else "")
                text = f"the server answered {reply.status}{more}"
                raise _fault(what, url, text, reply.status)
            return reply
        raise _fault(what, self.url, f"redirected more than {_REDIRECTS} times.")

    def _next(self, what: str, url: str, location: str, *, follow: bool) -> str:
        target = urljoin(url, location)
        parts = urlsplit(target)
        if not follow or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
            shown = self.credentials.scrub(shown_address(target))
            said = f"redirected to {shown}, which is not followed. If it is right, name that address."
            raise _fault(what, url, said)
        return target

    def words(self, reply: WebReply) -> str:
        """The beginning of what a server said, as plain text in one line without secrets."""
        text = self._scrubbed(reply.body[:_READ].decode("utf-8", errors="replace"))
        if "html" in reply.media_type or text.lstrip()[:1] == "<":
            text = page_text(text)
        # Again, for what tags stood in; before it is cut, so that no half of a secret is left at the end.
        text = self._scrubbed(text)
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return text if len(text) <= _WORDS else text[: _WORDS - 1] + "…"

    def _scrubbed(self, text: str) -> str:
        """Words without the credentials, and without what the address holds after its path."""
        query = urlsplit(self.url).query
        values = {query, *(pair.partition("=")[2] for pair in query.split("&"))} - {""}
        for value in sorted(values, key=len, reverse=True):
            text = text.replace(value, "…")
        return self.credentials.scrub(text)


def _fault(what: str, url: str, said: str, status: int | None = None) -> EndpointError:
    return EndpointError(f"{what} at {shown_address(url)}: {said}", status=status)


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        usable = False
    if usable and "@" in parts.netloc:
        raise EndpointError(
            "The endpoint's address holds a user or password, which others can read in the list of "
            "processes: take it out, and set MSCGRAPH_ENDPOINT_USER and MSCGRAPH_ENDPOINT_PASSWORD, or "
            "write it into ~/.netrc."
        )
    if not usable or any(c.isspace() for c in url):
        raise EndpointError(
            "The endpoint's address is none: write it whole, such as http://127.0.0.1:7878/query."
        )
    return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))


def _auth(library: ModuleType, credentials: Credentials) -> Any:
    """What signs a request. Nobody signs too: requests would look into netrc by itself."""
    scheme, user, secret = credentials
    if scheme == "digest":
        return library.auth.HTTPDigestAuth(user, secret)
    if scheme == "basic":
        return library.auth.HTTPBasicAuth(user.encode(), secret.encode())

    def bearer(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if secret:
            request.headers["Authorization"] = f"Bearer {secret}"
        return request

    return bearer
