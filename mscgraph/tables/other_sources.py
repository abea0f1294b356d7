"""How statements of other databases are taken in: what their relations map to, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mscgraph.errors import DataError, TableError
from mscgraph.model import Place
from mscgraph.tables.folder import ontology_folder
from mscgraph.tables.rows import Report, raise_it, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "ExternalCosts",
    "OtherPrefix",
    "Relation",
    "read_external_costs",
    "read_prefix_synonyms",
    "read_relations",
]

_COLUMNS = ("source", "relation", "predicate", "aspect", "sign", "note")
_MICRO = 1_000_000


class Relation(NamedTuple):
    """A line of ``terms/relations.tsv``: what a source's relation is in our words.

    ``sign`` repeats what predicate and aspect amount to (``+``, ``-``, ``?`` or nothing), so that a
    reviewer sees it and ``mscgraph validate`` can hold the three against one another.
    """

    source: str
    relation: str
    predicate: str
    aspect: str
    sign: str
    note: str


class OtherPrefix(NamedTuple):
    """A line of ``terms/prefix_synonyms.tsv``: how else sources write a prefix.

    ``namespace`` is given for a prefix that ``terms/prefixes.tsv`` does not hold.
    """

    prefix: str
    namespace: str
    synonyms: tuple[str, ...]


class ExternalCosts(NamedTuple):
    """The section ``external`` of the rubric, in micro-nats: what a source says of itself adds up."""

    knowledge_level: Mapping[str, int]
    agent_type: Mapping[str, int]

    def cost(self, knowledge_level: str, agent_type: str) -> int:
        """The cost of a statement; what the rubric does not know counts as not provided."""
        levels, agents = self.knowledge_level, self.agent_type
        return levels.get(knowledge_level, levels["not_provided"]) + agents.get(
            agent_type, agents["not_provided"]
        )


def read_external_costs(folder: Path | None = None) -> ExternalCosts:
    """Read the section ``external`` of ``curation/rubric.toml``.

    Raises
    ------
    DataError
        When the file or the section is missing or misspelt.
    """
    import tomllib

    path = (folder or ontology_folder()) / "curation" / "rubric.toml"
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8"))["external"]
        costs = ExternalCosts(
            *({name: round(nats * _MICRO) for name, nats in section[part].items()}
              for part in ExternalCosts._fields)
        )  # fmt: skip
        costs.cost("not_provided", "not_provided")
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", file=str(path)) from None
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"the section [external] lacks or misspells {error}", file=str(path)) from None
    return costs


def read_prefix_synonyms(
    folder: Path | None = None, *, report: Report = raise_it
) -> list[tuple[Place, OtherPrefix]]:
    """Read ``terms/prefix_synonyms.tsv`` with the place of each line; a folder without it has none."""
    folder = folder or ontology_folder()
    path = folder / "terms" / "prefix_synonyms.tsv"
    shown = f"{folder.name}/terms/prefix_synonyms.tsv"
    if not path.is_file():
        return []
    return [
        (Place(shown, line), OtherPrefix(prefix, namespace, tuple(filter(None, synonyms.split("|")))))
        for line, (prefix, namespace, synonyms) in read_rows(
            path, OtherPrefix._fields, shown=shown, report=report
        ).items()
    ]


def read_relations(
    folder: Path | None = None, *, report: Report = raise_it
) -> dict[tuple[str, str], tuple[Relation, Place]]:
    """Read ``terms/relations.tsv`` by (source, relation), with the place of each line.

    An ontology folder without the table has none.
    """
    folder = folder or ontology_folder()
    path = folder / "terms" / "relations.tsv"
    shown = f"{folder.name}/terms/relations.tsv"
    found: dict[tuple[str, str], tuple[Relation, Place]] = {}
    if not path.is_file():
        return found
    for line, cells in read_rows(path, _COLUMNS, shown=shown, report=report).items():
        relation = Relation(*cells)
        key = relation.source, relation.relation
        if key in found:
            report(
                TableError(
                    f"{relation.relation!r} of {relation.source} stands here again; it was first used in "
                    f"line {found[key][1].line}",
                    file=shown,
                    line=line,
                    column="relation",
                    value=relation.relation,
                )
            )
            continue
        found[key] = relation, Place(shown, line)
    return found
