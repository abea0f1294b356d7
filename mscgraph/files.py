"""Writing so that nothing is half-written: beside the target first, then moved into its place."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mscgraph.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["sweep", "write_whole", "write_whole_folder"]

_ABANDONED = 3600


def write_whole(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write ``content`` to ``path`` whole or not at all, and return the path.

    The bytes go to a new file in the same folder, are flushed to disk, and the file is then moved over
    the target, so a reader sees the old file or the new one, never a part.

    Raises
    ------
    OutputError
        If the folder does not exist or cannot be written, or the target is a folder. The old file,
        if there was one, is untouched.
    """
    target = Path(path)
    if target.is_dir():
        raise OutputError(f"cannot write {target}: it is a folder; name a file")
    if not target.parent.is_dir():
        raise OutputError(f"cannot write {target}: the folder {target.parent} does not exist")
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError):
            raise OutputError(f"cannot write {target}: {error.strerror}") from error
        raise
    return target


def write_whole_folder(
    path: str | os.PathLike[str], fill: Callable[[Path], None], *, mark: str
) -> Path:
    """Fill a folder whole or not at all, and return it.

    ``fill`` writes into a new folder beside the target; every file is flushed to disk, and the new folder
    then takes the target's place. A folder that stands there is replaced only if it is empty or holds the
    file ``mark``, which every folder written here holds: somebody's own folder is never overwritten. What a
    killed writer left beside it more than an hour ago is removed.

    Raises
    ------
    OutputError
        If the target holds something else, or cannot be written. What stood there is untouched.
    """
    target = Path(path)
    if target.exists() and not _replaceable(target, mark):
        raise OutputError(
            f"cannot write {target}: it holds something that mscgraph did not write there"
        )
    if not target.parent.is_dir():
        raise OutputError(f"cannot write {target}: the folder {target.parent} does not exist")
    try:
        sweep(target)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
        try:
            fill(beside)
            (beside / mark).touch()
            _flush(beside)
            beside.chmod(0o755)
            _move(beside, target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from error
    return target


def sweep(target: Path) -> list[Path]:
    """Remove what killed writers left beside a target, and return it: nobody writes for an hour.

    An old folder that had stepped aside when its writer was killed is put back where nothing took its
    place.
    """
    found = []
    for path in sorted(target.parent.glob(f".{target.name}.*")):
        if path.suffix == ".old" and not target.exists():
            path.replace(target)
            found.append(path)
        elif path.suffix in {".part", ".old"} and time.time() - _last_written(path) > _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)
            found.append(path)
    return found


def _last_written(path: Path) -> float:
    """When anything in a folder was last written: a long writer changes files, not the folder itself."""
    times = [path.stat().st_mtime]
    for inner in path.rglob("*"):
        with contextlib.suppress(OSError):  # it may be gone by now
            times.append(inner.stat().st_mtime)
    return max(times)


def _replaceable(target: Path, mark: str) -> bool:
    return target.is_dir() and (not any(target.iterdir()) or (target / mark).exists())


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _move(beside: Path, target: Path) -> None:
    """Put the new folder in its place; the old one steps aside first and comes back if that fails."""
    if not target.exists():
        beside.replace(target)
        return
    aside = beside.with_suffix(".old")
    target.replace(aside)
    try:
        beside.replace(target)
    except BaseException:
        aside.replace(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)
