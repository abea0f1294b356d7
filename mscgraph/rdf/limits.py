"""Queries of anybody, in a process that can be ended, and RDF of anybody, before a parser sees it."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import gzip
import os
import pickle
import re
import signal
import threading
import time
import warnings
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import pyoxigraph as ox

from mscgraph.errors import DataError, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)(i?)B?\s*", re.IGNORECASE)
_LONGEST = 7 * 24 * 3600.0  # seconds
_LOOK = 0.2  # seconds between two looks at the clock
_FORKING = threading.Lock()
# Whatever may hold a word that is no keyword, then words.
_TOKEN = re.compile(
    r"""\#[^\n\r]* | <[^<>"{}|^`\x00-\x20]*> | @[A-Za-z-]+ | [?$]\w+ | [\w.-]*:[\w.:%\\-]*
    | \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | (\w+)""",
    re.VERBOSE | re.DOTALL,
)


class LimitReached(QueryError):
    """A query that takes more than its limits; ``what`` says which, without how to allow more."""

    def __init__(self, what: str, allow: str) -> None:
        self.what = f"{what} Ask for less."
        super().__init__(f"{what} Ask for less, or allow more with {allow}.")


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What a query may take and do.

    ``seconds`` is its longest time, ``memory`` the most that it may take in addition to the graph, such as
    ``"2GB"``. ``service`` lets it ask other servers by SERVICE.

    Examples
    --------
    >>> import mscgraph as mg
    >>> limits = mg.QueryLimits(seconds=10, memory="1GB")
    >>> mg.query(mg.load(), "ASK { ?finding a mscgraph:Finding }", limits=limits).answer
    True
    """

    seconds: float = 300.0
    memory: str = "2GB"
    service: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= _LONGEST:
            raise ValueError(f"the time limit is {self.seconds}; write seconds above 0")
        _ = self.bytes

    @property
    def bytes(self) -> int:
        """The memory as a number of bytes."""
        found = _SIZE.fullmatch(self.memory)
        if found is None:
            raise ValueError(f"{self.memory!r} is no amount of memory: write it like 2GB")
        step = 1024 if found[3] else 1000
        return int(float(found[1]) * step ** " KMGT".index(found[2].upper() or " "))


def has_keyword(sparql: str, word: str) -> bool:
    """Whether a query has a keyword outside its strings, comments, IRIs, names and variables.

    >>> has_keyword("SELECT * { SERVICE <http://a/> {} }", "SERVICE"), has_keyword("# service", "SERVICE")
    (True, False)
    """
    if word.lower() not in sparql.lower():
        return False
    return any((found[1] or "").upper() == word for found in _TOKEN.finditer(sparql))


def run_limited(work: Callable[[], Any], limits: QueryLimits) -> Any:
    """Run in a process of its own and return what that returns, which has to pickle.

    The process is ended when its time is up or this one is interrupted, and may crash without harm.

    Raises
    ------
    QueryError
        When it takes too long or too much memory, and as ``work`` does.
    """
    if not hasattr(os, "fork"):  # the time at least is limited
        from mscgraph.web import within

        try:
            return within(limits.seconds, work)
        except TimeoutError:
            raise _too_long(limits) from None
    reader, writer = os.pipe()
    with _FORKING, warnings.catch_warnings():  # which belong to all threads
        # Python warns of threads: the child asks the store, writes to the pipe and is gone
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _in_the_child(work, writer, limits)
    os.close(writer)
    try:
        text = _read(reader, child, limits)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reader)
        _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise _too_much(limits)
    fine, value = pickle.loads(text)  # noqa: S301 - what our own child wrote
    if not fine:
        raise QueryError(value)
    return value


def _in_the_child(work: Callable[[], Any], writer: int, limits: QueryLimits) -> NoReturn:
    code = 1
    try:
        faulthandler.disable()
        gc.disable()
        # the asking process gets the interruption, and ends this one
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # Oxigraph's last words are said by the parent
        os.closerange(3, writer)  # a server's connections end when it ends them
        os.closerange(writer + 1, os.sysconf("SC_OPEN_MAX"))
        _limit_memory(limits.bytes)
        try:
            answer = True, work()
        except QueryError as error:
            answer = False, str(error)
        text = pickle.dumps(answer)
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(text)
        code = 0
    finally:
        os._exit(code)


def _limit_memory(more: int) -> None:
    """Let this process take so much more than it has, where the system can limit it."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            held = int(file.read().split()[0]) * resource.getpagesize()
        most = held + 2 * more
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _taken(child: int) -> int:
    """How many bytes a forked process has written itself, those it shares with us left out.

    What is resident would say less: libraries are resident in us that the child has not touched, and memory
    that we have freed, which the child may fill unseen. 0 where it is unknown.
    """
    with (
        contextlib.suppress(OSError, ValueError),
        open(f"/proc/{child}/smaps_rollup", encoding="ascii") as file,  # noqa: PTH123
    ):
        for line in file:
            if line.startswith("Private_Dirty:"):
                return int(line.split()[1]) * 1024  # it is given in kB
    return 0


def _too_long(limits: QueryLimits) -> LimitReached:
    return LimitReached(f"The query takes longer than {limits.seconds:g} s.", "--time-limit")


def _too_much(limits: QueryLimits) -> LimitReached:
    return LimitReached(
        f"The query cannot run: it is nested too deeply or takes more than {limits.memory} of memory.",
        "--memory-limit",
    )


def _read(reader: int, child: int, limits: QueryLimits) -> bytes:
    from select import POLLIN, poll

    waiting = poll()
    waiting.register(reader, POLLIN)
    until = time.monotonic() + limits.seconds
    parts: list[bytes] = []
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise _too_long(limits)
        if waiting.poll(1000 * min(left, _LOOK)):
            part = os.read(reader, 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
        elif _taken(child) > limits.bytes:
            raise _too_much(limits)  # long before the system refuses more, which slows a process down


# -- RDF ------------------------------------------------------------------------------------------------

_LARGEST = 1 << 30  # bytes, unpacked
_DEEPEST = 200  # what we write is a few levels deep; parsers overflow their stack at some thousands
_TURTLE = re.compile(
    rb"""#[^\n]*|<[^<>"{}|^`\x00-\x20]*>|\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}"""
    rb"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(<<|[\[({])|(>>|[\])}])""",
    re.DOTALL,
)
_JSON = re.compile(rb'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])', re.DOTALL)
_XML = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>|<[^>]*/>|(<[^/!?][^>]*>)|(</[^>]*>)", re.DOTALL
)


def read_bytes(file: Path) -> bytes:
    """The content of a file, ``.gz`` or plain; raise :class:`DataError` where it cannot be read."""
    try:
        unpack = gzip.open if file.suffix == ".gz" else contextlib.nullcontext
        with file.open("rb") as raw, unpack(raw) as stream:
            text: bytes = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        raise DataError("the file is missing", file=str(file)) from None
    except EOFError:
        raise DataError("the compressed file is cut short", file=str(file)) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"not a gzip file, or damaged: {error}", file=str(file)) from None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror or error}", file=str(file)) from None
    if len(text) > _LARGEST:
        raise DataError(f"it holds more than {_LARGEST:,} bytes", file=str(file))
    return text


def check_nesting(text: bytes, form: ox.RdfFormat | ox.QueryResultsFormat, source: str) -> None:
    """Raise :class:`DataError` where brackets, elements or quoted triples lie too deep in one another.

    XML that declares entities is refused too: each may stand for a thousand times its size.
    """
    if form in {ox.RdfFormat.RDF_XML, ox.QueryResultsFormat.XML}:
        if b"<!ENTITY" in text:
            raise DataError("it declares XML entities: write it without them", file=source)
        tokens = _XML
    else:
        tokens = _JSON if form in {ox.RdfFormat.JSON_LD, ox.QueryResultsFormat.JSON} else _TURTLE
    depth = 0
    for found in tokens.finditer(text):
        if found[1]:
            depth += 1
            if depth > _DEEPEST:
                raise DataError(f"it is nested more than {_DEEPEST} levels deep", file=source)
        elif found[2]:
            depth -= 1
