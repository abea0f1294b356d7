"""One request to an endpoint: credentials, redirects, limits of time and size, and errors in words."""

from __future__ import annotations

import base64
import html
import os
import threading
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from mscgraph.errors import EndpointError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    import requests

    Signer = Callable[[requests.PreparedRequest], requests.PreparedRequest]

__all__ = ["Client", "Credentials", "Reply", "find_credentials", "shown_address"]

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


_T = TypeVar("_T")
_REDIRECTS = 5
_MOVED = frozenset({301, 302, 307, 308})
_WORDS = 300
_READ = 1 << 20
_CHUNK = 1 << 16
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


class _TooLarge(Exception):
    """An answer that has no end."""


class Reply(NamedTuple):
    """What came back: the media type without its parameters, and the bytes."""

    media_type: str
    body: bytes


def shown_address(url: str) -> str:
    """An address fit to be shown: without user, password, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


class Client:
    """Asks one address. ``timeout`` is seconds for a whole answer, counted from each request."""

    def __init__(self, url: str, *, timeout: float) -> None:
        self.url = _checked(url)
        self.timeout = timeout
        self._requests = _library()
        self.credentials: Credentials = find_credentials(self.url)
        self._session = self._requests.Session()
        self._own = _auth(self._requests, self.credentials)
        self._nobody = _auth(self._requests, None)

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
    ) -> Reply:
        """Send one request and return its reply; ``what`` names it in an error.

        A question follows redirects, and leaves the credentials behind where one leads to another host;
        what writes follows none.
        """
        url = self.url
        for _ in range(_REDIRECTS + 1):
            status, reply, location = self._once(what, method, url, data, headers, params)
            if status in _MOVED and location:
                url = self._next(what, url, location, follow=follow_redirects)
                continue
            if not 200 <= status < 300:  # noqa: PLR2004
                raise self.refusal(what, url, status, reply)
            return reply
        raise EndpointError(
            f"{what} at {shown_address(self.url)}: redirected more than {_REDIRECTS} times."
        )

    def _once(
        self,
        what: str,
        method: str,
        url: str,
        data: bytes | list[tuple[str, str]],
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
    ) -> tuple[int, Reply, str]:
        library, place = self._requests, shown_address(url)
        until = time.monotonic() + self.timeout
        auth = self._own if _origin(url) == _origin(self.url) else self._nobody

        def ask() -> tuple[int, Reply, str]:
            with self._session.request(
                method, url, data=data, headers=dict(headers), params=params, auth=auth,
                timeout=self.timeout, allow_redirects=False, stream=True,
            ) as response:  # fmt: skip
                body = self._read(response, until)
                media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return response.status_code, Reply(media, body), response.headers.get("Location", "")

        # An exception's own text may hold the address, a proxy's password or a header: none is passed on.
        try:
            return _within(self.timeout, ask)
        except _TooLarge:
            fault = f"the answer has more than {_LARGEST:,} bytes. Ask for less."
        except library.exceptions.SSLError:
            fault = "its certificate cannot be trusted, or TLS failed. Check the address and both."
        except library.exceptions.ProxyError:
            fault = "the proxy does not answer. Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
        except (library.exceptions.Timeout, TimeoutError):
            fault = f"no answer within {self.timeout:g} s. Ask for less, or allow more time."
        except (library.exceptions.ChunkedEncodingError, library.exceptions.ContentDecodingError):
            fault = "the answer broke off or is damaged. Ask again; look into the server's log."
        except library.exceptions.ConnectionError as error:
            fault = (
                f"no answer within {self.timeout:g} s. Ask for less, or allow more time."
                if "timed out" in str(error)
                else "cannot be reached. Check the address, and that the server is running."
            )
        except (library.exceptions.RequestException, HTTPException, OSError, ValueError):
            fault = "the request cannot be made. Check the address."
        raise EndpointError(f"{what} at {place}: {fault}") from None

    def _read(self, response: requests.Response, until: float) -> bytes:
        """The body, within the time and size."""
        parts, size = [], 0
        for part in response.iter_content(_CHUNK):
            parts.append(part)
            size += len(part)
            if time.monotonic() > until:
                raise TimeoutError
            if size > _LARGEST:
                raise _TooLarge
        return b"".join(parts)

    def _next(self, what: str, url: str, location: str, *, follow: bool) -> str:
        target = urljoin(url, location)
        parts = urlsplit(target)
        if not follow or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
            raise EndpointError(
                f"{what} at {shown_address(url)}: redirected to "
                f"{self.credentials.scrub(shown_address(target))}, which is not "
                "followed. If it is right, name that address."
            )
        return target

    def refusal(self, what: str, url: str, status: int, reply: Reply) -> EndpointError:
        """What an unwelcome status means."""
        advice = _ADVICE.get(status, "")
        said = self.words(reply)
        return EndpointError(
            f"{what} at {shown_address(url)}: the server answered {status}"
            + (f", saying: {said}" if said else ".")
            + (f" {advice}" if advice else ""),
            status=status,
        )

    def words(self, reply: Reply) -> str:
        """The beginning of what a server said, as plain text in one line without secrets."""
        text = self._scrubbed(reply.body[:_READ].decode("utf-8", errors="replace"))
        if "html" in reply.media_type or text.lstrip()[:1] == "<":
            text = html.unescape(_without_tags(text))
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


def _within(seconds: float, ask: Callable[[], _T]) -> _T:
    """What a function returns or raises, or TimeoutError: the timeout of a socket is one for each byte."""
    done: list[_T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(ask())
        except Exception as error:  # it is raised where it was asked for
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TimeoutError
    return done[0]


def _without_tags(text: str) -> str:
    """HTML without tags, scripts and styles, in one pass: whoever answers may try to make this slow."""
    parts, place, low = [], 0, text.lower()
    while (start := text.find("<", place)) >= 0:
        parts.append(text[place:start])
        name = next((name for name in ("script", "style") if low.startswith(name, start + 1)), "")
        last = low.find(f"</{name}", start) if name else start
        end = text.find(">", last) if last >= 0 else -1
        if end < 0:  # what is not closed is no text
            return " ".join(parts)
        place = end + 1
    return " ".join([*parts, text[place:]])


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


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _library() -> ModuleType:
    try:
        import requests
    except ImportError:
        raise MissingExtra(
            'An endpoint is asked with requests: pip install "mscgraph[endpoint]"'
        ) from None
    return requests


def _auth(library: ModuleType, credentials: Credentials | None) -> Signer:
    """What signs a request. Nobody signs too: requests would look into netrc by itself."""
    if credentials is not None and credentials.scheme == "digest":
        digest: Signer = library.auth.HTTPDigestAuth(credentials.user, credentials.secret)
        return digest
    if credentials is not None and credentials.scheme == "basic":
        basic: Signer = library.auth.HTTPBasicAuth(
            credentials.user.encode(), credentials.secret.encode()
        )
        return basic
    token = credentials.secret if credentials is not None else ""

    def bearer(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    return bearer
