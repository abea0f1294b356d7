"""Working folders: what is being written lies there until it takes the place of the target.

It lies in a folder of its own next to the target, ``.mscgraph-`` and sixteen
hexadecimal digits, and is moved into its place when it is complete. The working folder holds a file that
says who made it and that its maker keeps locked: the system releases the lock when the process ends,
however it ends. A working folder that says of itself that it is one, and that nobody holds locked, was left
by a killed run; the next run that writes into the same folder removes it.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import secrets
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

from mscgraph.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NEW", "OLD", "abandoned", "ending_on_sigterm", "exchange", "sweep", "working_folder"]

_WORKING = re.compile(r"\.mscgraph-[0-9a-f]{16}")
_MAKER, NEW, OLD = "made-by-mscgraph.json", "new", "old"
PATIENCE = 2.0  # seconds to wait for somebody else's lock on a folder
_TRIES = 1000


def exchange(beside: Path, target: Path, old: Path) -> None:
    """Put the new folder into its place; what stood there ends up in the working folder."""
    for _ in range(_TRIES):
        try:
            if not os.path.lexists(target):
                beside.replace(target)
            elif not exchange_at_once(beside, target):
                _exchange_in_two_steps(beside, target, old / target.name)
        except OSError as error:  # another writer was quicker: it stands there now, or no longer
            if error.errno not in {errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST} or not beside.exists():
                raise
        else:
            return
    raise OutputError(f"cannot write {target}: other processes write there all the time")


def exchange_at_once(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system cannot."""
    if sys.platform == "win32":
        return False
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):
        here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
        failed = libc.renameat2(here, paths[0], here, paths[1], exchange)
    elif hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(*paths, 2)  # RENAME_SWAP
    else:
        return False
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}:
        return False
    raise OSError(number, os.strerror(number))


def _exchange_in_two_steps(beside: Path, target: Path, aside: Path) -> None:
    """Let the old folder step aside; a run that is killed in between is put right by the next."""
    with _locked_folder(target.parent) as locked:
        if not locked:
            raise OutputError(f"cannot write {target}: another process writes there")
        aside.parent.mkdir(exist_ok=True)
        target.replace(aside)
        try:
            beside.replace(target)
        except BaseException:
            aside.replace(target)
            raise


@contextlib.contextmanager
def working_folder(target: Path) -> Iterator[Path]:
    """Make a working folder next to a target, and remove it in any case; sweep up after killed runs."""
    sweep(target.parent)
    working = target.parent / f".mscgraph-{secrets.token_hex(8)}"
    with ending_on_sigterm(), contextlib.ExitStack() as held:
        held.callback(_remove, working)
        with _locked_folder(target.parent):
            working.mkdir(mode=0o700)
            maker = held.enter_context((working / _MAKER).open("x", encoding="utf-8"))
            _lock(maker, wait=True)
            begun = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            said = {"program": "mscgraph", "target": target.name, "folder": working.stat().st_ino}
            json.dump(said | {"process": os.getpid(), "begun": begun} | _machine(), maker)
            maker.flush()
        (working / NEW).mkdir()
        yield working


@contextlib.contextmanager
def ending_on_sigterm() -> Iterator[None]:
    """Let SIGTERM end the program by an exception, as Ctrl-C does, so that what was begun is removed."""
    import signal

    def end(number: int, frame: object) -> NoReturn:
        del frame
        raise SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    changed = []
    with contextlib.suppress(ValueError):  # not in the main thread: whoever runs it decides
        for number in numbers:
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, end)
                changed.append(number)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def sweep(parent: Path) -> None:
    """Remove the working folders of killed runs; put back an old folder that nothing took the place of."""
    with _locked_folder(parent) as locked:
        if not locked:
            return
        for folder, name in abandoned(parent):
            target, old = parent / name, folder / OLD / name
            if name and old.exists() and (folder / NEW / name).exists():
                if os.path.lexists(target):
                    continue  # somebody wrote there since: both are kept
                old.replace(target)
            _remove(folder)


def _remove(working: Path) -> None:
    """Remove a working folder; what proves it ours goes last, for whoever is killed here."""
    for part in (NEW, OLD):
        shutil.rmtree(working / part, ignore_errors=True)
    shutil.rmtree(working, ignore_errors=True)


def abandoned(parent: Path) -> list[tuple[Path, str]]:
    """The working folders next to a target that are proven to be ours and whose maker has ended.

    With each goes the name of its target; none where its maker was killed before it had written it.
    """
    try:
        with os.scandir(parent) as entries:
            names = sorted(entry.name for entry in entries if _WORKING.fullmatch(entry.name))
    except OSError:
        return []
    found = [(parent / name, _left_by(parent / name)) for name in names]
    return [(folder, name) for folder, name in found if name is not None]


def _left_by(folder: Path) -> str | None:
    """The name of the target of a working folder that a killed run left; None where that is not proven."""
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError, RecursionError):
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or (hasattr(os, "getuid") and status.st_uid != os.getuid()):
            return None
        if not os.listdir(folder):  # noqa: PTH208 - made, and killed at once: no lock to ask, nothing to lose
            return ""
        with (folder / _MAKER).open("r+", encoding="utf-8") as maker:
            if not _lock(maker, wait=False):
                return None
            text = maker.read()
        if not text and os.listdir(folder) == [_MAKER]:  # noqa: PTH208 - likewise
            return ""
        said = json.loads(text)
        here = _machine()
        if (
            said["program"] == "mscgraph"
            and said["folder"] == status.st_ino
            and (said["boot"] == here["boot"] or said["machine"] == here["machine"])
            and Path(said["target"]).name == said["target"]
        ):
            return str(said["target"])
    return None


def _machine() -> dict[str, str]:
    """Names this machine and its present run: a lock says nothing of a process of another machine."""
    boot = ""
    with contextlib.suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return {"machine": name, "boot": boot}


@contextlib.contextmanager
def _locked_folder(folder: Path) -> Iterator[bool]:
    """Hold the lock of a folder for a moment; False where it cannot be had."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows, or it may not be read
        yield sys.platform == "win32"
        return
    try:
        until = time.monotonic() + PATIENCE
        while not (locked := _lock(number, wait=False)) and time.monotonic() < until:
            time.sleep(0.005)
        yield locked
    finally:
        os.close(number)


def _lock(file: IO[str] | int, *, wait: bool) -> bool:
    """Lock an open file until it is closed or the process ends; False where that cannot be."""
    number = file if isinstance(file, int) else file.fileno()
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(number, 1 << 20, os.SEEK_SET)  # behind the text, which others are to read
            msvcrt.locking(number, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            os.lseek(number, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True
