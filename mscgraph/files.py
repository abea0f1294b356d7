"""Write files and folders whole or not at all, and remove nothing that this program did not make."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn, TypeVar

from mscgraph.errors import DataError, MscGraphError, OutputError
from mscgraph.working_folders import NEW, OLD, abandoned, ending_on_sigterm, exchange, working_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
_MOST_READINGS = 20

_LISTING = "# written by mscgraph, with these files next to it:\n"
_OF_THE_DESKTOP = {".DS_Store", "Thumbs.db", "desktop.ini"}  # put into any folder that is looked at
_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/(\d+)|/dev/std(out|err)")


def write_whole(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write bytes to a path whole or not at all, as :func:`whole_file` does, and return the path."""
    with whole_file(path) as beside:
        beside.write_bytes(content)
    return Path(path)


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path to write to; when the block ends without an error, it takes the target's place.

    A reader sees the old file or the new one, never a part. A target that is no plain file (a device, a
    pipe, ``-`` for standard output) gets the bytes and stays what it is; through a symbolic link the file
    that it points to is written. A file that stood there keeps its permissions; it is untouched where
    OutputError says that the folder does not exist or cannot be written, or that the target is a folder.

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
            with tempfile.TemporaryDirectory(prefix="mscgraph-") as folder, ending_on_sigterm():
                beside = Path(folder) / (target.name or "stream")
                yield beside
                with beside.open("rb") as source, _stream(path) as stream:
                    shutil.copyfileobj(source, stream)
            return
        if target.is_dir():
            _refuse(path, "it is a folder; name a file")
        _need_parent(path, target)
        with working_folder(target) as working:
            beside = working / NEW / target.name
            yield beside
            _flush(beside)
            _take_over(beside, target)
            beside.replace(target)


def write_whole_folder(
    path: str | os.PathLike[str], fill: Callable[[Path], None], *, mark: str
) -> Path:
    """Fill a folder whole or not at all, and return it.

    ``fill`` writes into a new folder; every file is flushed to disk, and the new folder then takes the
    target's place, in one step where the system can exchange two names; through a symbolic link, of the
    folder that it points to. Of several writers of one target the last wins, and each writes all of it.

    ``mark`` is the name of a file that every folder of this kind holds. A folder that stands there is
    replaced only if it is empty or holds this file: somebody's own folder is never overwritten. Unless
    ``fill`` writes it, it lists what was written; a folder to which somebody added a file is not replaced.
    What stands there is untouched where OutputError says that it is something else or cannot be written.
    """
    with _as_output_error(path):
        if str(path) == "-":
            _refuse(path, "several files are written: name a folder")
        target = _real(path)
        if target == Path.cwd():
            _refuse(path, "it is the folder that you are in; name another")
        _need_parent(path, target)
        with working_folder(target) as working:
            _check_replaceable(path, target, mark)
            beside = working / NEW / target.name
            beside.mkdir()
            fill(beside)
            if not (beside / mark).exists():
                written = "".join(f"{name}\n" for name in _files_in(beside))
                (beside / mark).write_text(_LISTING + written, encoding="utf-8", newline="\n")
            _flush(beside)
            _take_over(beside, target)
            _check_replaceable(path, target, mark)
            _check_nothing_added(path, target, mark)
            exchange(beside, target, working / OLD)
    return Path(path)


def identity(file: Path) -> tuple[int, int, int] | None:
    """Return what differs for each file that had this name; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def read_unchanged(mark: Path, read: Callable[[], T]) -> T:
    """Return what a function reads of a folder that others may replace: all of it from one writer.

    ``mark`` is a file in the folder that every writer makes anew. ``read`` is called again where the folder
    was replaced meanwhile, whatever it returned or raised; DataError where it was so each time.
    """
    for _ in range(_MOST_READINGS):
        before = identity(mark)
        try:
            found = read()
        except MscGraphError:
            if identity(mark) == before:
                raise
        else:
            if identity(mark) == before:
                return found
    words = "it was replaced each time that it was read: try again when its writer is done"
    raise DataError(words, file=str(mark.parent))


def left_over(path: str | os.PathLike[str]) -> list[Path]:
    """Return the working folders that killed writers of a target left next to it."""
    target = _real(path)
    return [folder for folder, name in abandoned(target.parent) if name == target.name]


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
        for name in sorted(added):
            if name.rpartition("/")[2] not in _OF_THE_DESKTOP:
                _refuse(path, f"{name} is in it, which mscgraph did not write there; move it elsewhere")


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
