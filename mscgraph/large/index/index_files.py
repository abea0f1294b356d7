"""A path index in a folder: one ``.npy`` file an array and a manifest; whole or not there."""

from __future__ import annotations

import json
import math
import os
from contextlib import ExitStack, closing
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING, Any

import numpy as np

from mscgraph.errors import DataError, UnusableIndex
from mscgraph.large.checked_files import CheckedFiles, checksum
from mscgraph.large.index.arrays import FACETS, PathIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mscgraph.large.index.arrays import Array


FORMAT = "mscgraph path index"
VERSION = 4
MANIFEST = "manifest.json"
_ROWS = ("nodes_text", "associations_text")  # whose parts are checked as they are read
MARK = "index.mscgraph"  # every folder written here holds it, so that only such a folder is replaced


def write_index(index: PathIndex, folder: str | os.PathLike[str]) -> Path:
    """Write an index to a folder, whole or not at all, and return the folder.

    Everything is written to a new folder next to it, flushed to disk, and moved into its place. An index
    that stood there is replaced; what a killed writer left next to it more than an hour ago is removed.
    """
    from mscgraph.files import write_whole_folder

    def fill(beside: Path) -> None:
        with IndexFolder(beside) as inside:
            for name, array in index.arrays().items():
                inside.array(name, array.dtype).append(array)
            inside.finish(index.values, key=index.key, nodes=len(index.nodes), edges=len(index))

    return write_whole_folder(folder, fill, mark=MARK)


class ArrayFile:
    """A ``.npy`` file that is written piece by piece; its header says at last how many values there are."""

    def __init__(self, path: Path, dtype: Any) -> None:
        self.path, self.dtype = path, np.dtype(dtype)
        self.shape: tuple[int, ...] = (0,)
        self._file = path.open("xb")
        self._write_header()
        self._file.flush()  # it may be read before it is closed
        self.offset = self._file.tell()

    def _write_header(self) -> None:
        header = {"descr": self.dtype.str, "fortran_order": False, "shape": self.shape}
        np.lib.format.write_array_header_1_0(self._file, header)  # of one length for all such shapes

    def append(self, part: Array) -> None:
        """Write the next values."""
        self._file.write(np.ascontiguousarray(part, self.dtype).data)
        self._file.flush()
        self.shape = (self.shape[0] + len(part), *part.shape[1:])

    def close(self) -> None:
        """End the file."""
        if not self._file.closed:
            with self._file:
                self._file.seek(0)
                self._write_header()

    def note(self, checked: CheckedFiles) -> dict[str, Any]:
        """What the manifest says of it, which ends it."""
        self.close()
        size, crc = checksum(self.path)
        checked.note(self.path.name, self.path, (size, crc))
        return {
            "dtype": self.dtype.str,
            "shape": list(self.shape),
            "offset": self.offset,
            "bytes": size,
            "crc32": crc,
        }


class IndexFolder(ExitStack):
    """A folder that is being filled with the arrays of an index; as a context it closes their files."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self._files: dict[str, ArrayFile] = {}

    def array(self, name: str, dtype: Any) -> ArrayFile:
        """Begin the file of an array."""
        file = ArrayFile(self.folder / f"{name}.npy", dtype)
        self._files[name] = self.enter_context(closing(file))
        return file

    def mapped(self, name: str) -> Array:
        """An array that was written, read from its file."""
        file = self._files[name]
        return _seen(_mapped(os.fspath(file.path)), file.dtype, file.shape, file.offset)

    def finish(self, values: Mapping[str, Sequence[Any]], *, key: str, nodes: int, edges: int) -> None:
        """Write the manifest."""
        checked = CheckedFiles(self.folder)
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "key": key,
            "nodes": nodes,
            "edges": edges,
            "values": {name: list(known) for name, known in values.items()},
            "arrays": {name: file.note(checked) for name, file in sorted(self._files.items())},
        }
        manifest["crc32"] = _own_checksum(manifest)
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        (self.folder / MANIFEST).write_bytes(text.encode("utf-8", "surrogatepass"))
        checked.keep("wb")


def open_index(
    folder: str | os.PathLike[str], *, key: str | None = None, whole: bool = False
) -> PathIndex:
    """Open an index from a folder, memory-mapped.

    An array that looks as it did when it was last read is not read again, unless ``whole``. The stored
    rows, which can be larger than memory, are checked as they are read, or now where ``whole``.
    """
    place = os.fspath(folder)
    manifest = _manifest(place)
    if key is not None and manifest["key"] != key:
        raise _unusable(place, "stale", "it was built from other content")
    checked = CheckedFiles(place, trust=not whole)
    arrays = {
        name: _array(place, name, noted, checked if whole or name not in _ROWS else None)
        for name, noted in manifest["arrays"].items()
    }
    try:
        index = PathIndex(arrays, values=manifest["values"], key=manifest["key"])
    except KeyError as error:
        raise _unusable(place, "damaged", "arrays are missing") from error
    if "associations_text" in arrays:
        from mscgraph.large.index.stored_rows import ROWS, StoredRows

        index.rows = {table: StoredRows(table, arrays, index.nodes, place) for table in ROWS}
    edges, nodes = manifest["edges"], manifest["nodes"]
    per_edge = (index.target, index.cost, index.label, index.source, index.edge)
    per_node = (index.forward, index.backward, index.node_starts)
    whole = (
        all(len(array) == edges for array in per_edge)
        and len(index.edge_starts) == edges + 1
        and all(len(array) == nodes + 1 for array in per_node)
        and len(index.category) == nodes
        and int(index.forward[-1]) == int(index.backward[-1]) == edges
        and int(index.node_starts[-1]) == len(index.node_text)
        and int(index.edge_starts[-1]) == len(index.edge_text)
    )
    if not whole:
        raise _unusable(place, "damaged", "its arrays do not fit together")
    if checked.has_read:
        if wrong := next(_out_of_range(index), ""):
            raise _unusable(place, "damaged", f"{wrong}.npy holds numbers that lead nowhere")
        checked.keep()
    return index


def _out_of_range(index: PathIndex) -> Iterator[str]:
    """The arrays that hold a number of something that is not there."""
    nodes, edges, labels = len(index.nodes), len(index), index.labels.shape[1]
    limits = {
        "target": nodes, "source": nodes, "edge": edges, "label": labels,
        "category": len(index.values["category"]),
    }  # fmt: skip
    arrays = index.arrays()
    for name, limit in limits.items():
        array = arrays[name]
        if len(array) and not 0 <= int(array.min()) <= int(array.max()) < limit:
            yield name
    for name in ("forward", "backward", "node_starts", "edge_starts"):
        array = arrays[name]
        if len(array) and (int(array[0]) or bool((array[1:] < array[:-1]).any())):
            yield name
    for place, name in enumerate(FACETS, start=2):
        row = index.labels[place]
        if labels and not 0 <= int(row.min()) <= int(row.max()) < len(index.values[name]):
            yield "labels"
    if edges and int(index.cost.min()) < 0:
        yield "cost"


def _unusable(place: str, reason: str, why: str) -> UnusableIndex:
    return UnusableIndex(
        f"the path index is {reason}: {why}; build it again", reason=reason, file=place
    )


def _unreadable(place: str, name: str, error: OSError) -> DataError:
    return DataError(f"the path index cannot be read: {name}: {error.strerror}", file=place)


def _own_checksum(manifest: dict[str, Any]) -> int:
    import zlib

    rest = {name: value for name, value in manifest.items() if name != "crc32"}
    return zlib.crc32(json.dumps(rest, sort_keys=True).encode())


def _manifest(place: str) -> dict[str, Any]:
    try:
        with open(os.path.join(place, MANIFEST), "rb") as file:  # noqa: PTH118, PTH123 - no pathlib here
            manifest = json.loads(file.read().decode("utf-8", "surrogatepass"))
    except FileNotFoundError as error:
        raise _unusable(place, "foreign", f"it has no {MANIFEST}") from error
    except OSError as error:
        raise _unreadable(place, MANIFEST, error) from error
    except ValueError as error:
        raise _unusable(place, "damaged", f"its {MANIFEST} cannot be read") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _unusable(place, "foreign", "something else is written there")
    if manifest.get("version") != VERSION:
        raise _unusable(place, "foreign", f"its version is {manifest.get('version')}, ours {VERSION}")
    if manifest.get("crc32") != _own_checksum(manifest):
        raise _unusable(place, "damaged", f"its {MANIFEST} was changed")
    return manifest


def _array(place: str, name: str, noted: dict[str, Any], checked: CheckedFiles | None) -> Array:
    """An array of a file, memory-mapped; its bytes are checked by ``checked``, its size always."""
    file = f"{name}.npy"
    path = os.path.join(place, file)  # noqa: PTH118 - no pathlib here
    try:
        stat = os.stat(path)  # noqa: PTH116 - no pathlib here
        if stat.st_size != noted["bytes"]:
            raise _unusable(place, "damaged", f"{file} has {stat.st_size} bytes, not {noted['bytes']}")
        mapped = _mapped(path)
        if checked and not checked.is_whole(file, path, (noted["bytes"], noted["crc32"]), mapped):
            raise _unusable(place, "damaged", f"{file} was changed")
        return _seen(mapped, np.dtype(noted["dtype"]), tuple(noted["shape"]), noted["offset"])
    except FileNotFoundError as error:
        raise _unusable(place, "damaged", f"{file} is missing") from error
    except OSError as error:  # one that cannot be opened now may be whole
        raise _unreadable(place, file, error) from error


def _mapped(path: str) -> mmap:
    with open(path, "rb") as file:  # noqa: PTH123 - no pathlib here
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def _seen(mapped: mmap, dtype: np.dtype[Any], shape: tuple[int, ...], offset: int) -> Array:
    """The array that a file holds."""
    return np.frombuffer(mapped, dtype, math.prod(shape), offset).reshape(shape)
