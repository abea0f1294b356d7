"""A path index in a folder: one ``.npy`` file an array and a manifest; whole or not there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mscgraph.errors import OutputError, UnusableIndex
from mscgraph.paths.index.layout import PathIndex

if TYPE_CHECKING:
    from mscgraph.paths.index.layout import Array

__all__ = ["open_index", "write_index"]

FORMAT = "mscgraph path index"
VERSION = 1
MANIFEST = "manifest.json"
_BLOCK = 1 << 20
_ABANDONED = 3600


def write_index(index: PathIndex, folder: str | os.PathLike[str]) -> Path:
    """Write an index to a folder, whole or not at all, and return the folder.

    Everything is written to a new folder beside it, flushed to disk, and moved into its place. An index
    that stood there is replaced; what a killed writer left beside it more than an hour ago is removed.

    Raises
    ------
    OutputError
        If the folder holds something else than an index, or cannot be written. What stood there is
        untouched.
    """
    target = Path(folder)
    if target.exists() and not _replaceable(target):
        raise OutputError(f"cannot write {target}: it holds something else than a path index")
    if not target.parent.is_dir():
        raise OutputError(f"cannot write {target}: the folder {target.parent} does not exist")
    try:
        _sweep(target)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
        try:
            _fill(index, beside)
            _move(beside, target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from error
    return target


def open_index(folder: str | os.PathLike[str], *, key: str | None = None) -> PathIndex:
    """Open an index from a folder, memory-mapped.

    Parameters
    ----------
    folder
        Where :func:`write_index` put it.
    key
        The content that it must have been built from; None takes any.

    Raises
    ------
    UnusableIndex
        If it is stale (built from other content), foreign (not ours, or of another version) or damaged
        (missing, cut or changed). Its ``reason`` says which; build the index again.

    Notes
    -----
    Sizes, types and row bounds are always checked. Checksums are taken of files whose time of change is not
    the one that was noted when they were written; others cannot have been written to since.
    """
    place = Path(folder)
    manifest = _manifest(place)
    if key is not None and manifest["key"] != key:
        raise _unusable(place, "stale", "it was built from other content")
    arrays = {name: _array(place, name, noted) for name, noted in manifest["arrays"].items()}
    try:
        index = PathIndex(**arrays, predicates=tuple(manifest["predicates"]), key=manifest["key"])
    except TypeError as error:
        raise _unusable(place, "damaged", "arrays are missing") from error
    edges, nodes = manifest["edges"], manifest["nodes"]
    per_edge = (index.target, index.cost, index.label, index.source, index.edge)
    whole = (
        all(len(array) == edges for array in per_edge)
        and len(index.edge_starts) == edges + 1
        and all(len(array) == nodes + 1 for array in (index.forward, index.backward, index.node_starts))
        and int(index.forward[-1]) == int(index.backward[-1]) == edges
        and int(index.node_starts[-1]) == len(index.node_text)
        and int(index.edge_starts[-1]) == len(index.edge_text)
    )
    if not whole:
        raise _unusable(place, "damaged", "its arrays do not fit together")
    return index


def _unusable(place: Path, reason: str, why: str) -> UnusableIndex:
    return UnusableIndex(
        f"the path index is {reason}: {why}; build it again", reason=reason, file=str(place)
    )


def _replaceable(target: Path) -> bool:
    """Whether a folder is empty or an index, whole or not."""
    if not target.is_dir():
        return False
    names = {path.name for path in target.iterdir()}
    return not names or (MANIFEST in names and all(n == MANIFEST or n.endswith(".npy") for n in names))


def _sweep(target: Path) -> None:
    """Remove what killed writers left beside a target: nobody writes for an hour."""
    for path in target.parent.iterdir():
        left = path.name.startswith(f".{target.name}.") and path.suffix in {".part", ".old"}
        if left and path.is_dir() and time.time() - path.stat().st_mtime > _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)


def _fill(index: PathIndex, beside: Path) -> None:
    notes: dict[str, Any] = {}
    for name, array in index.arrays().items():
        path = beside / f"{name}.npy"
        with path.open("xb") as file:
            np.save(file, array, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        stat = path.stat()
        notes[name] = {
            "dtype": array.dtype.str,
            "shape": list(array.shape),
            "bytes": stat.st_size,
            "changed": stat.st_mtime_ns,
            "crc32": _checksum(path),
        }
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "key": index.key,
        "nodes": len(index.nodes),
        "edges": len(index),
        "predicates": list(index.predicates),
        "arrays": notes,
    }
    manifest["crc32"] = _own_checksum(manifest)
    with (beside / MANIFEST).open("x", encoding="utf-8") as file:
        file.write(json.dumps(manifest, indent=1) + "\n")
        file.flush()
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


def _checksum(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            value = zlib.crc32(block, value)
    return value


def _own_checksum(manifest: dict[str, Any]) -> int:
    rest = {name: value for name, value in manifest.items() if name != "crc32"}
    return zlib.crc32(json.dumps(rest, sort_keys=True).encode())


def _manifest(place: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise _unusable(place, "foreign", f"it has no {MANIFEST}") from error
    except ValueError as error:
        raise _unusable(place, "damaged", f"its {MANIFEST} cannot be read") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _unusable(place, "foreign", "something else is written there")
    if manifest.get("version") != VERSION:
        raise _unusable(place, "foreign", f"its version is {manifest.get('version')}, ours {VERSION}")
    if manifest.get("crc32") != _own_checksum(manifest):
        raise _unusable(place, "damaged", f"its {MANIFEST} was changed")
    return manifest


def _array(place: Path, name: str, noted: dict[str, Any]) -> Array:
    path = place / f"{name}.npy"
    try:
        stat = path.stat()
        if stat.st_size != noted["bytes"]:
            raise _unusable(
                place, "damaged", f"{path.name} has {stat.st_size} bytes, not {noted['bytes']}"
            )
        if stat.st_mtime_ns != noted["changed"] and _checksum(path) != noted["crc32"]:
            raise _unusable(place, "damaged", f"{path.name} was changed")
        mapped = 0 not in noted["shape"]  # nothing cannot be mapped
        array = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    except UnusableIndex:
        raise
    except (OSError, ValueError) as error:
        raise _unusable(place, "damaged", f"{path.name} cannot be read") from error
    if array.dtype.str != noted["dtype"] or list(array.shape) != noted["shape"]:
        raise _unusable(place, "damaged", f"{path.name} holds another type or shape")
    return np.asarray(array)
