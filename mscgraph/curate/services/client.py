"""Asking open bibliographic services with manners: slowly, by name, and only for what is not at hand.

Every answer is kept in a folder of the user's, so a run that broke off continues where it was, and what
was fetched can be read without a network. What was not asked for is neither used nor kept.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit
from xml.etree import ElementTree as ET

from mscgraph.curate.services.bibliography import field, needs_list, string
from mscgraph.errors import MissingExtra, OutputError, ServiceError
from mscgraph.files import write_whole
from mscgraph.named_tuples import NamedTuple
from mscgraph.web import WebFault, WebReply, origin, page_text, send_once, shown_address, web_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import requests

    from mscgraph.curate.services.bibliography import Check

_TRIES = 4
_LONGEST_WAIT = 120.0  # seconds that a service may ask us to wait, within one run
_LARGEST = 1 << 26  # bytes of one answer, unpacked
_REDIRECTS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({429, 500, 502, 503, 504})
_NOT_FOUND = 404
_ABSENT = 30  # days
_SHUT = frozenset({401, 403, 407})  # it would answer any other question so too
_WORDS = 120
_EXTRA = 'Papers are fetched with requests: pip install "mscgraph[curate]"'


class Service(NamedTuple):
    """A service: what it is called, its folder in the cache, its address, and how often it may be asked.

    ``hosts`` are the domains that it may redirect to; ``pause`` are the seconds between two requests.
    """

    name: str
    folder: str
    address: str
    hosts: tuple[str, ...]
    pause: float


class Kept(NamedTuple):
    """An answer: JSON as Python values or XML as its root; None where the service knows nothing of it."""

    value: Any
    fetched: str


class Search(NamedTuple):
    """How a service lists what a search finds: where, and which key and parameter name the next page."""

    path: str
    items: tuple[str, ...]
    next_key: str
    next_parameter: str
    page: int
    most_pages: int
    noun: str
    identify: Callable[[Any], object]


class Clock:
    """The time, and how to wait; a test brings one that does not wait."""

    def now(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def time(self) -> datetime:
        """The date and time, in UTC."""
        return datetime.now(UTC)


def cache_folder() -> Path:
    """The folder for what is fetched: where the platform keeps caches, or ``MSCGRAPH_CACHE``."""
    if named := os.environ.get("MSCGRAPH_CACHE"):
        return Path(named)
    try:
        from platformdirs import user_cache_path
    except ImportError:
        raise MissingExtra(_EXTRA) from None

    return user_cache_path("mscgraph", appauthor=False)


class Services:
    """Asks services, each at its pace, and keeps what they answer in a folder (:func:`cache_folder`).

    With ``offline`` nobody is asked: only what is in the cache is at hand. ``timeout`` are the seconds
    for one whole answer. In ``environment`` are looked up ``MSCGRAPH_MAIL`` (who asks, for the
    services' logs) and ``MSCGRAPH_SERVICES`` (the address of a gateway that stands before all of them).
    Proxies and certificates are named by HTTPS_PROXY and REQUESTS_CA_BUNDLE, as for any program that
    uses requests. ``notes`` are what a reader should know: which service could not be asked, and how
    old what was used instead is.
    """

    def __init__(
        self,
        cache: Path | None = None,
        *,
        offline: bool = False,
        timeout: float = 60,
        clock: Clock | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        given = os.environ if environment is None else environment
        self._cache = cache
        self.offline = offline
        self.timeout = timeout
        self.clock = clock or Clock()
        self.mail = given.get("MSCGRAPH_MAIL", "").strip()
        self.notes: dict[str, None] = {}
        self._gateway = given.get("MSCGRAPH_SERVICES", "").rstrip("/")
        self._next: dict[str, float] = {}

    @cached_property
    def cache(self) -> Path:
        """The folder for what is fetched."""
        return self._cache or cache_folder()

    @cached_property
    def _session(self) -> requests.Session:
        version = import_module(__name__.partition(".")[0]).__version__
        name = f"mscgraph/{version}" + (f" (mailto:{self.mail})" if self.mail else "")
        session: requests.Session = web_library(_EXTRA).Session()
        session.auth = lambda request: request  # else requests looks for a password in netrc
        session.headers["User-Agent"] = name.encode("latin-1", "replace").decode("latin-1")
        session.headers["Accept-Encoding"] = "gzip"
        return session

    def get(
        self,
        service: Service,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        check: Check = lambda _: "",
        form: str = "json",
        days: int | None = None,
        may_lack: bool = False,
    ) -> Kept:
        """Return an answer, from the cache where it is there and new enough.

        ``path`` and ``params`` are asked below the service's address. ``check`` returns what is wrong
        with an answer: with such an answer nothing is done. ``form`` is ``json`` or ``xml``; ``days``
        is how old an answer may be, None for any age. With ``may_lack`` 404 says that the service does
        not have it, which is believed for a month.
        Raise :class:`ServiceError` where there is none that can be trusted, and none in the cache.
        """
        asked = json.dumps([path, sorted((params or {}).items())])
        place = self.cache / service.folder / f"{sha256(asked.encode()).hexdigest()[:32]}.json"
        today = self.clock.time().date()
        old = _read(place, form, check)
        if old is not None:
            longest = _ABSENT if old.value is None and days is None else days
            if longest is None or (today - date.fromisoformat(old.fetched)).days < longest:
                return old
        try:
            reply = self._ask(service, path, params)
            if reply.status == _NOT_FOUND and not may_lack:
                raise _refusal(service, reply)
            value = None if reply.status == _NOT_FOUND else _checked(service, reply, form, check)
        except ServiceError as error:
            if old is None:
                raise
            self.notes[f"{error} What was fetched on {old.fetched} is used."] = None
            return old
        answer = reply.body.decode() if form == "xml" and value is not None else value
        kept = Kept(value, today.isoformat())
        self._write(place, json.dumps({"fetched": kept.fetched, "answer": answer}, ensure_ascii=False))
        return kept

    def search(
        self, service: Service, search: Search, asked: Mapping[str, str], *, days: int | None
    ) -> Iterator[tuple[Any, str]]:
        """Give all that a search finds, page by page, each once, with the day when it was fetched."""
        seen: set[object] = set()
        asked = {**asked, "format": "json", "pageSize": str(search.page)}
        marks = {asked.get(search.next_parameter, "")}
        check = needs_list(*search.items)
        for _ in range(search.most_pages):
            kept = self.get(service, search.path, asked, check=check, days=days)
            found = field(kept.value, *search.items) or ()
            for one in found:
                if (key := search.identify(one)) and key not in seen:
                    seen.add(key)
                    yield one, kept.fetched
            mark = string(kept.value, search.next_key)
            if not found or not mark or mark in marks:  # a page that comes again is the end
                return
            marks.add(mark)
            asked[search.next_parameter] = mark
        most = search.page * search.most_pages
        self.notes[f"Only the first {most} {search.noun} of a search are read."] = None

    # -- the cache ----------------------------------------------------------------------------------

    def _write(self, place: Path, content: str) -> None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write {place.parent}: {error.strerror or error}") from None
        write_whole(place, content.encode())

    def remember(self, name: str, value: Any) -> None:
        """Keep something of ours next to what was fetched, such as when a search was last asked."""
        self._write(self.cache / f"{name}.json", json.dumps(value, indent=1))

    def remembered(self, name: str) -> dict[str, Any]:
        """What was kept; nothing where nothing was, or it is damaged."""
        with suppress(OSError, ValueError):
            held = json.loads((self.cache / f"{name}.json").read_bytes())
            if isinstance(held, dict):
                return held
        return {}

    # -- the network --------------------------------------------------------------------------------

    def _ask(self, service: Service, path: str, params: Mapping[str, str] | None) -> WebReply:
        if self.offline:
            missing = f"{service.name} was not asked, and its answer is not in {self.cache}."
            raise ServiceError(missing, about_one=True)
        base = f"{self._gateway}/{service.folder}" if self._gateway else service.address
        url = f"{base}/{quote(path, safe='/:().;')}" if path else base
        tries = 0
        while True:
            tries += 1
            pause = 2.0 ** (tries - 1)
            try:
                reply = self._follow(service, base, url, params)
            except WebFault as fault:
                if tries == _TRIES or not fault.passing:
                    raise ServiceError(
                        f"{service.name} at {shown_address(base)}: {fault} What was fetched is kept, and "
                        "read with --offline."
                    ) from None
            else:
                if reply.status in {200, _NOT_FOUND}:
                    return reply
                refusal = _refusal(service, reply)
                if reply.status not in _PASSING:
                    raise refusal
                pause = max(self._retry_after(reply), pause)
                if tries == _TRIES or pause > _LONGEST_WAIT:
                    later = f"in {pause:.0f} s" if pause > _LONGEST_WAIT else "later"
                    again = f"Run the same command again {later}: what was fetched is kept."
                    raise ServiceError(f"{refusal} {again}", status=reply.status)
            self.clock.wait(pause)

    def _retry_after(self, reply: WebReply) -> float:
        """Seconds that a service asks to wait, given as a number or as a date."""
        value = reply.headers.get("Retry-After", "").strip()
        if value.isdecimal():
            return float(value)
        with suppress(TypeError, ValueError):
            return (parsedate_to_datetime(value) - self.clock.time()).total_seconds()
        return 0.0

    def _follow(
        self, service: Service, base: str, url: str, params: Mapping[str, str] | None
    ) -> WebReply:
        for _ in range(_REDIRECTS + 1):
            self.clock.wait(max(0.0, self._next.get(service.name, 0.0) - self.clock.now()))
            self._next[service.name] = self.clock.now() + service.pause
            reply = send_once(
                self._session, "GET", url, timeout=self.timeout, largest=_LARGEST, params=params
            )
            target = reply.headers.get("Location", "")
            if reply.status not in _MOVED or not target:
                return reply
            url, params = urljoin(url, target), None
            if not self.may_follow(service, base, url):
                raise ServiceError(
                    f"{service.name} redirects to {shown_address(url)}, which is not its own address: not "
                    "followed. If you are behind a log-in page, log in first."
                )
        raise ServiceError(f"{service.name} redirects more than {_REDIRECTS} times.")

    def may_follow(self, service: Service, base: str, url: str) -> bool:
        """Whether an address is the service's: of its own server, or by HTTPS of its own domains.

        So no redirect leads to a machine of the user's own network.
        """
        if origin(url) == origin(base):
            return True
        host = urlsplit(url).hostname or ""
        own = any(host == name or host.endswith(f".{name}") for name in service.hosts)
        return not self._gateway and own and origin(url) == ("https", host, 443)


def _read(place: Path, form: str, check: Check) -> Kept | None:
    """What is kept; a file that is damaged counts as none."""
    with suppress(OSError, ValueError, KeyError, TypeError, ET.ParseError, RecursionError):
        held = json.loads(place.read_bytes())
        value, fetched = held["answer"], str(date.fromisoformat(held["fetched"]))
        if form == "xml" and value is not None:
            value = ET.fromstring(value)  # noqa: S314
        if value is None or not check(value):
            return Kept(value, fetched)
    return None


def _refusal(service: Service, reply: WebReply) -> ServiceError:
    page = page_text(reply.body[: 1 << 16].decode("utf-8", "replace"))
    said = " ".join("".join(c if c.isprintable() else " " for c in page).split())[:_WORDS]
    message = f"{service.name} answered {reply.status}" + (f", saying: {said}." if said else ".")
    return ServiceError(message, status=reply.status, about_one=reply.status not in _SHUT)


def _checked(service: Service, reply: WebReply, form: str, check: Check) -> Any:
    """The answer's value, if it has the right form and nothing is wrong with it."""
    if form not in reply.media_type:
        kind = reply.media_type or "no media type"
        raise ServiceError(
            f"{service.name} answered with {kind} where {form.upper()} was asked for: not used. A log-in "
            "page or a proxy may stand between.",
            about_one="html" not in kind,
        )
    value: Any = None
    with suppress(ValueError, RecursionError, ET.ParseError):
        body = reply.body.decode()
        if form == "json":
            value = json.loads(body)
        elif "<!ENTITY" not in body:
            value = ET.fromstring(body)  # noqa: S314 - it declares no entity
    if not isinstance(value, dict if form == "json" else ET.Element):
        broken = f"{service.name} answered with {form.upper()} that is broken: not used. Ask again."
        raise ServiceError(broken, about_one=True)
    if fault := check(value):
        raise ServiceError(f"{service.name} {fault}: the answer is not used.", about_one=True)
    return value
