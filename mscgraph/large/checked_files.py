"""Which files of a graph directory were found whole, and how each looked then.

To take the checksum of every file can take longer than the answer to a question. ``checked.json`` in the
folder of the path index therefore notes size, times and checksum of each file that was read to its end, and
one that still looks so is not read again. Whoever writes to a file changes its times; a fault of the disk
need not: ``mscgraph index`` reads every byte. A file that changed less than two seconds before is not
noted, since another change may leave its times as they are.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path

INDEX = "index"  # the folder of the path index in a graph directory
CHECKED = "checked.json"
_SETTLED = 2_000_000_000  # nanoseconds: no file system counts time in larger steps


def checksum(file: str | os.PathLike[str]) -> tuple[int, int]:
    """The size and CRC-32 of a file."""
    size = value = 0
    with open(file, "rb") as opened:  # noqa: PTH123 - no pathlib where an index is opened
        while block := opened.read(1 << 20):
            size, value = size + len(block), zlib.crc32(block, value)
    return size, value


class CheckedFiles:
    """The files that ``checked.json`` of a folder notes.

    Parameters
    ----------
    folder
        The folder of a path index; where it has no ``checked.json``, nothing is noted.
    trust
        Whether a file that looks as it was noted is taken to be whole without being read.
    """

    def __init__(self, folder: str | os.PathLike[str], *, trust: bool = True) -> None:
        self._file = os.path.join(folder, CHECKED)  # noqa: PTH118 - no pathlib here
        self._trust = trust
        self.has_read = False
        try:
            with open(self._file, "rb") as file:  # noqa: PTH123 - no pathlib here
                noted = json.loads(file.read())
        except (OSError, ValueError):  # two that wrote at once: everything is read again
            noted = None
        self._noted = noted if isinstance(noted, dict) else {}

    def is_whole(
        self, name: str, file: str | Path, wanted: tuple[int, int], mapped: mmap | None = None
    ) -> bool:
        """Whether a file has this size and checksum; :class:`OSError` where it cannot be read.

        It is read through ``mapped`` where it lies in memory.
        """
        looks = self._looks(file, wanted)
        if looks[0] != wanted[0]:
            return False
        if self._trust and self._noted.get(name) == looks:
            return True
        self.has_read = True
        found = checksum(file) if mapped is None else (len(mapped), zlib.crc32(mapped))
        if found != wanted:
            return False
        self.note(name, file, wanted)
        return True

    def note(self, name: str, file: str | Path, found: tuple[int, int]) -> None:
        """Remember the size and checksum that were read of a file."""
        looks = self._looks(file, found)
        if time.time_ns() - max(looks[1:3]) > _SETTLED:
            self._noted[name] = looks

    def _looks(self, file: str | Path, noted: tuple[int, int]) -> list[int]:
        stat = os.stat(file)  # noqa: PTH116 - no pathlib here
        return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, noted[1]]

    def keep(self, mode: str = "r+b") -> None:
        """Write what is noted, where the file is there or ``mode`` makes it, and can be written."""
        with contextlib.suppress(OSError), open(self._file, mode) as file:  # noqa: PTH123 - see above
            file.write(json.dumps(self._noted).encode())
            file.truncate()
