"""One exchange with a server on the web: limits of time and size, and what went wrong in words."""

from __future__ import annotations

import html
import threading
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from mscgraph.errors import MissingExtra
from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    import requests

_T = TypeVar("_T")
_CHUNK = 1 << 16
_UNREACHED = "cannot be reached. Check the address, and that the server is running."


class WebFault(Exception):
    """Why there is no reply, as the end of a sentence; ``passing`` where a second try may get one."""

    def __init__(self, words: str, *, passing: bool = False) -> None:
        self.passing = passing
        super().__init__(words)


class WebReply(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type, without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def web_library(message: str) -> ModuleType:
    """The module requests; raise :class:`MissingExtra` with a message where it is not installed."""
    try:
        import requests
    except ImportError:
        raise MissingExtra(message) from None
    return requests


def send_once(
    session: requests.Session, method: str, url: str, *, timeout: float, largest: int, **options: Any
) -> WebReply:
    """Send one request by a session and read its reply, following no redirect.

    ``timeout`` is seconds for the whole reply, ``largest`` the most bytes that its body may have, unpacked;
    ``options`` are more for the session, such as headers. Where no whole reply came, :class:`WebFault` says
    why. An exception's own text may hold the address, a proxy's password or a header: none is passed on.
    """
    from requests import exceptions as errors

    late = f"no answer within {timeout:g} s. Ask for less, or allow more time."
    broken = "the answer broke off or is damaged. Ask again; look into the server's log."
    faults: tuple[tuple[Any, str], ...] = (
        (
            errors.SSLError,
            "its certificate cannot be trusted, or TLS failed. Check the address and both.",
        ),
        (errors.ProxyError, "the proxy does not answer. Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."),
        ((errors.Timeout, TimeoutError), late),
        ((errors.ChunkedEncodingError, errors.ContentDecodingError), broken),
        (errors.ConnectionError, _UNREACHED),
        (Exception, "the request cannot be made. Check the address."),
    )
    until = time.monotonic() + timeout

    def ask() -> WebReply:
        with session.request(
            method, url, timeout=timeout, allow_redirects=False, stream=True, **options
        ) as response:
            return WebReply(response.status_code, response.headers, _body(response, until, largest))

    try:
        return within(timeout, ask)
    except (errors.RequestException, HTTPException, OSError, ValueError) as error:
        words = next(words for kind, words in faults if isinstance(error, kind))
        if words == _UNREACHED and "timed out" in str(error):
            words = late
    raise WebFault(words, passing=words in (late, broken))


def _body(response: requests.Response, until: float, largest: int) -> bytes:
    """The body, within the time and size."""
    if "," in response.headers.get("Content-Encoding", ""):
        raise WebFault("the answer is packed more than once, which no honest server does.")
    parts, size = [], 0
    for part in response.iter_content(_CHUNK):
        parts.append(part)
        size += len(part)
        if time.monotonic() > until:
            raise TimeoutError
        if size > largest:
            raise WebFault(f"the answer has more than {largest:,} bytes. Ask for less.")
    return b"".join(parts)


def within(seconds: float, ask: Callable[[], _T]) -> _T:
    """Return what a function returns or raises, or TimeoutError: that of a socket is one for each byte."""
    from concurrent.futures import Future

    done: Future[_T] = Future()

    def run() -> None:
        try:
            done.set_result(ask())
        except Exception as error:  # it is raised where it was asked for
            done.set_exception(error)

    thread, until = threading.Thread(target=run, daemon=True), time.monotonic() + seconds
    thread.start()
    while thread.is_alive() and (left := until - time.monotonic()) > 0:
        thread.join(min(left, 0.2))  # in parts, as not every system interrupts one
    return done.result(0)


def page_text(page: str) -> str:
    """The text of an HTML page, in one pass: whoever answers may try to make this slow."""
    parts, place, low = [], 0, page.lower()
    while (start := page.find("<", place)) >= 0:
        parts.append(page[place:start])
        name = next((name for name in ("script", "style") if low.startswith(name, start + 1)), "")
        last = low.find(f"</{name}", start) if name else start
        end = page.find(">", last) if last >= 0 else -1
        if end < 0:  # what is not closed is no text
            return html.unescape(" ".join(parts))
        place = end + 1
    return html.unescape(" ".join([*parts, page[place:]]))


def shown_address(url: str) -> str:
    """An address fit to be shown: without user, password, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def origin(url: str) -> tuple[str, str | None, int | None]:
    """What two addresses of one server share: scheme, host and port."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
