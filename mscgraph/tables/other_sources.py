"""How statements of other databases are taken in: what their relations map to, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.errors import DataError, TableError
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.cells import CELLS, many
from mscgraph.tables.folder import ontology_folder
from mscgraph.tables.rows import Reading, Record, Report, raise_it

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mscgraph.model import Place

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


CELLS |= {Relation: {}, OtherPrefix: {"synonyms": many}}


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
    return _records(OtherPrefix, "prefix_synonyms.tsv", folder, report)


def _records(
    record: type[Record], name: str, folder: Path | None, report: Report
) -> list[tuple[Place, Record]]:
    folder = folder or ontology_folder()
    if not (folder / "terms" / name).is_file():
        return []
    return list(Reading(folder, report).records(record, "terms", name))


def read_relations(
    folder: Path | None = None, *, report: Report = raise_it
) -> dict[tuple[str, str], tuple[Relation, Place]]:
    """Read ``terms/relations.tsv`` by (source, relation), with the place of each line.

    An ontology folder without the table has none.
    """
    found: dict[tuple[str, str], tuple[Relation, Place]] = {}
    for place, relation in _records(Relation, "relations.tsv", folder, report):
        key = relation.source, relation.relation
        if key in found:
            message = (
                f"{relation.relation!r} of {relation.source} stands here again; it was first used in line "
                f"{found[key][1].line}"
            )
            file, line = place
            report(
                TableError(message, file=file, line=line, column="relation", value=relation.relation)
            )
            continue
        found[key] = relation, place
    return found
