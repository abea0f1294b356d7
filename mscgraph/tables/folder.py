"""Which files an ontology folder holds, and where the shipped one is."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError, TableError

if TYPE_CHECKING:
    from pathlib import Path


def shipped_folder() -> str:
    """The folder of the knowledge that ships with the program: in the wheel, else in the checkout."""
    package = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib costs a tenth of the start-up
    installed = os.path.join(package, "ontology")  # noqa: PTH118
    beside = os.path.join(os.path.dirname(package), "ontology")  # noqa: PTH118, PTH120
    return installed if os.path.isdir(installed) else beside  # noqa: PTH112


def is_ontology(folder: str) -> bool:
    """Whether a folder holds ``terms/``, as an ontology folder does."""
    return os.path.isdir(os.path.join(folder, "terms"))  # noqa: PTH112, PTH118 - as above


def finding_tables(folder: str) -> list[str]:
    """The names of the tables of findings, sorted."""
    place = os.path.join(folder, "curation", "findings")  # noqa: PTH118 - as above
    try:
        return sorted(name for name in os.listdir(place) if name.endswith(".tsv"))  # noqa: PTH208
    except FileNotFoundError:
        return []


def default_folder() -> str:
    """The ontology folder to read: the shipped one, or what the variable ``MSCGRAPH_ONTOLOGY`` names."""
    return os.environ.get("MSCGRAPH_ONTOLOGY") or shipped_folder()


def ontology_folder() -> Path:
    """The folder that :func:`default_folder` names."""
    from pathlib import Path

    return Path(default_folder())


def table_files(folder: Path) -> list[Path]:
    """Every table of an ontology folder, in reading order; some need not be there."""
    optional = [folder / name for name in _OPTIONAL if (folder / name).exists()]
    return [
        *(folder / name for name in _TABLES),
        *optional,
        *sorted((folder / "curation" / "findings").glob("*.tsv")),
    ]


_TABLES = (
    "terms/prefixes.tsv", "terms/predicates.tsv", "terms/aspects.tsv", "terms/vocabulary.tsv",
    "terms/entities.tsv", "curation/publications.tsv", "curation/second_reading.tsv",
)  # fmt: skip
_OPTIONAL = (
    "terms/cues.tsv", "terms/prefix_synonyms.tsv", "terms/relations.tsv", "curation/withdrawn.tsv",
)  # fmt: skip


def resource_text(kind: str, pattern: str, *, folder: Path | None = None) -> dict[str, str]:
    """The texts under ``queries``, ``checks``, ``shapes`` or ``terms`` by stem, sorted."""
    files = sorted(((folder or ontology_folder()) / kind).glob(pattern))
    return {path.stem: utf8_text(path) for path in files}


def read_toml(path: str | os.PathLike[str], shown: str = "") -> dict[str, Any]:
    """What a file in TOML holds; raise :class:`DataError` where it cannot be read or is none."""
    import tomllib

    try:
        return tomllib.loads(utf8_text(path, shown))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DataError(f"not valid TOML: {error}", file=shown or str(path)) from None


def utf8_text(path: str | os.PathLike[str], shown: str = "") -> str:
    """The text of a file of ours; raise :class:`TableError` where it cannot be read or is not UTF-8."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            return file.read().decode().replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError:
        fault = "the file is missing"
    except UnicodeDecodeError as error:
        fault = f"not UTF-8 at byte {error.start}: save it as UTF-8"
    except OSError as error:
        fault = f"cannot be read: {error.strerror or error}"
    raise TableError(fault, file=shown or str(path))


def utf8_lines(path: str | os.PathLike[str], shown: str = "") -> list[str]:
    """The lines of such a file, decoded one by one: a line that is ASCII is quicker to part."""
    with suppress(OSError, UnicodeDecodeError), open(path, "rb") as file:  # noqa: PTH123 - as above
        lines = [line.removesuffix(b"\n").decode() for line in file]
        if lines and not any("\r" in line for line in lines):
            return lines
    return utf8_text(path, shown).removesuffix("\n").split("\n")
