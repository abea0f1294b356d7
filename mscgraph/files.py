"""Write files and folders whole or not at all, and remove nothing that this program did not make.

What is being written lies in a working folder of its own next to the target, ``.mscgraph-`` and sixteen
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
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

from mscgraph.errors import MscGraphError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["left_over", "recover", "whole_file", "write_whole", "write_whole_folder"]

_WORKING = re.compile(r"\.mscgraph-[0-9a-f]{16}")
_MAKER, _NEW, _OLD = "made-by-mscgraph.json", "new", "old"
_LISTING = "# written by mscgraph, with these files beside it:\n"
_OF_THE_DESKTOP = {".DS_Store", "Thumbs.db", "desktop.ini"}  # put into any folder that is looked at
_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/(\d+)|/dev/std(out|err)")
PATIENCE = 2.0  # seconds to wait for somebody else's lock on a folder
_TRIES = 1000


def write_whole(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write ``content`` to ``path`` whole or not at all, and return the path.

    Parameters
    ----------
    path
        As for :func:`whole_file`.
    content
        The bytes.

    Raises
    ------
    OutputError
        As :func:`whole_file`.
    """
    with whole_file(path) as beside:
        beside.write_bytes(content)
    return Path(path)


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path to write to; when the block ends without an error, it takes the target's place.

    A reader sees the old file or the new one, never a part. A target that is no plain file (a device, a
    pipe, ``-`` for standard output) gets the bytes and stays what it is; through a symbolic link the file
    that it points to is written. A file that stood there keeps its permissions.

    Parameters
    ----------
    path
        The file to write; ``-`` is standard output.

    Raises
    ------
    OutputError
        If the folder does not exist or cannot be written, or the target is a folder. The old file,
        if there was one, is untouched.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "answer.txt"
    >>> with whole_file(target) as part:
    ...     _ = part.write_text("42")
    >>> target.read_text()
    '42'
    """
    with _as_output_error(path):
        target = _real(path)
        if str(path) == "-" or _is_stream(target):
            with tempfile.TemporaryDirectory(prefix="mscgraph-") as folder, _ending_on_sigterm():
                beside = Path(folder) / (target.name or "stream")
                yield beside
                with beside.open("rb") as source, _stream(path) as stream:
                    shutil.copyfileobj(source, stream)
            return
        if target.is_dir():
            _refuse(path, "it is a folder; name a file")
        _need_parent(path, target)
        with _working_folder(target) as working:
            beside = working / _NEW / target.name
            yield beside
            _flush(beside)
            _take_over(beside, target)
            beside.replace(target)


def write_whole_folder(
    path: str | os.PathLike[str], fill: Callable[[Path], None], *, mark: str
) -> Path:
    """Fill a folder whole or not at all, and return it.

    ``fill`` writes into a new folder; every file is flushed to disk, and the new folder then takes the
    target's place, in one step where the system can exchange two names. Of several writers of one target
    the last wins, and each writes all of it.

    Parameters
    ----------
    path
        The folder; through a symbolic link the folder that it points to is written.
    fill
        Gets the new folder and writes into it.
    mark
        The name of a file that every folder of this kind holds. A folder that stands there is replaced only
        if it is empty or holds this file: somebody's own folder is never overwritten. Unless ``fill``
        writes it, it lists what was written; a folder to which somebody added a file is not replaced.

    Raises
    ------
    OutputError
        If the target holds something else, or cannot be written. What stood there is untouched.
    """
    with _as_output_error(path):
        if str(path) == "-":
            _refuse(path, "several files are written: name a folder")
        target = _real(path)
        if target == Path.cwd():
            _refuse(path, "it is the folder that you are in; name another")
        _need_parent(path, target)
        with _working_folder(target) as working:
            _check_replaceable(path, target, mark)
            beside = working / _NEW / target.name
            beside.mkdir()
            fill(beside)
            if not (beside / mark).exists():
                written = "".join(f"{name}\n" for name in _files_in(beside))
                (beside / mark).write_text(_LISTING + written, encoding="utf-8", newline="\n")
            _flush(beside)
            _take_over(beside, target)
            _check_replaceable(path, target, mark)
            _check_nothing_added(path, target, mark)
            exchange(beside, target, working / _OLD)
    return Path(path)


def recover(path: str | os.PathLike[str]) -> None:
    """Put a folder back that is missing because its writer was killed while it exchanged old and new.

    This can happen only where the system cannot exchange two names in one step.
    """
    with contextlib.suppress(OSError, OutputError):
        target = _real(path)
        if not target.exists():
            _sweep(target.parent)


def left_over(path: str | os.PathLike[str]) -> list[Path]:
    """Return the working folders that killed writers of a target left next to it."""
    target = _real(path)
    return [folder for folder, name in _abandoned(target.parent) if name == target.name]


@contextlib.contextmanager
def _as_output_error(path: str | os.PathLike[str]) -> Iterator[None]:
    try:
        yield
    except (MscGraphError, BrokenPipeError):  # the latter: a reader, such as head, has gone
        raise
    except OSError as error:
        raise OutputError(f"cannot write {os.fspath(path)}: {error.strerror or error}") from error


def _refuse(path: str | os.PathLike[str], why: str) -> NoReturn:
    raise OutputError(f"cannot write {os.fspath(path)}: {why}")


def _real(path: str | os.PathLike[str]) -> Path:
    """The file or folder itself, behind all links."""
    text = os.fspath(path)
    if not text or "\0" in text:
        raise OutputError(f"cannot write {text!r}: it is no name of a file")
    return Path(text) if _DESCRIPTOR.fullmatch(text) else Path(os.path.realpath(text))


def _need_parent(path: str | os.PathLike[str], target: Path) -> None:
    if not target.parent.is_dir():
        _refuse(path, f"the folder {target.parent} does not exist")


def _is_stream(target: Path) -> bool:
    """Whether it exists and is neither a plain file nor a folder."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return False
    return bool(_DESCRIPTOR.fullmatch(str(target))) or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


@contextlib.contextmanager
def _stream(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    text = os.fspath(path)
    if text == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        found = _DESCRIPTOR.fullmatch(text)
        number = os.dup(int(found[1] or {"out": 1, "err": 2}[found[2]])) if found else None
        with Path(text).open("wb") if number is None else os.fdopen(number, "wb") as stream:
            yield stream


def _check_replaceable(path: str | os.PathLike[str], target: Path, mark: str) -> None:
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        _refuse(path, "it is no folder; name a folder")
    if any(target.iterdir()) and not (target / mark).exists():
        _refuse(path, "it holds something that mscgraph did not write there")


def _check_nothing_added(path: str | os.PathLike[str], target: Path, mark: str) -> None:
    """Refuse where a file is in the folder that its mark does not list."""
    try:
        text = (target / mark).read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return
    if text.startswith(_LISTING):
        added = set(_files_in(target)) - set(text.split("\n")) - {mark}
        theirs = sorted(name for name in added if name.rpartition("/")[2] not in _OF_THE_DESKTOP)
        if theirs:
            _refuse(
                path, f"{theirs[0]} is in it, which mscgraph did not write there; move it elsewhere"
            )


def _files_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())


def _take_over(beside: Path, target: Path) -> None:
    """Give the new the permissions of the old, and its owner where we may."""
    try:
        old = target.stat()
    except FileNotFoundError:
        return
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(beside, old.st_uid, old.st_gid)
    beside.chmod(stat.S_IMODE(old.st_mode))


def _flush(place: Path) -> None:
    for path in [place, *place.rglob("*")] if place.is_dir() else [place]:
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


# ---- two names exchanged


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


# ---- working folders and what proves that they are ours


@contextlib.contextmanager
def _working_folder(target: Path) -> Iterator[Path]:
    """Make a working folder next to a target, and remove it in any case; sweep up after killed runs."""
    _sweep(target.parent)
    working = target.parent / f".mscgraph-{secrets.token_hex(8)}"
    with _ending_on_sigterm(), contextlib.ExitStack() as held:
        held.callback(_remove, working)
        with _locked_folder(target.parent):
            working.mkdir(mode=0o700)
            maker = held.enter_context((working / _MAKER).open("x", encoding="utf-8"))
            _lock(maker, wait=True)
            json.dump(
                {
                    "program": "mscgraph",
                    "target": target.name,
                    "folder": working.stat().st_ino,
                    "process": os.getpid(),
                    "begun": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                    **_machine(),
                },
                maker,
            )
            maker.flush()
        (working / _NEW).mkdir()
        yield working


@contextlib.contextmanager
def _ending_on_sigterm() -> Iterator[None]:
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


def _sweep(parent: Path) -> None:
    """Remove the working folders of killed runs; put back an old folder that nothing took the place of."""
    with _locked_folder(parent) as locked:
        if not locked:
            return
        for folder, name in _abandoned(parent):
            target, old = parent / name, folder / _OLD / name
            if name and old.exists() and (folder / _NEW / name).exists():
                if os.path.lexists(target):
                    continue  # somebody wrote there since: both are kept
                old.replace(target)
            _remove(folder)


def _remove(working: Path) -> None:
    """Remove a working folder; what proves it ours goes last, for whoever is killed here."""
    for part in (_NEW, _OLD):
        shutil.rmtree(working / part, ignore_errors=True)
    shutil.rmtree(working, ignore_errors=True)


def _abandoned(parent: Path) -> list[tuple[Path, str]]:
    """The working folders next to a target that are proven to be ours and whose maker lives no more.

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
