"""Writing so that nothing is half-written: beside the target first, then moved into its place."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from mscgraph.errors import OutputError

__all__ = ["write_whole"]


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
