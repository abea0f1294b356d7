"""INDRA statements (JSON): two agents each, with the evidence that the reading or database gives.

One statement is made for each kind of evidence: what a program read out of a text is not what a database
holds. Evidence that is negated says nothing here. Agents go by their grounding, ``HGNC`` first.
What an agent does that is mutated or not active has no sign.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.large.directory import Statement
from mscgraph.large.directory.staging import NOT_PROVIDED
from mscgraph.large.importers.lines import has_value, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mscgraph.large.importers.intake import Intake
    from mscgraph.model import Entity


SOURCE = "infores:indra"
_ROLES = (("subj", "obj"), ("enz", "sub"), ("gef", "ras"), ("gap", "ras"))
_UNDIRECTED = frozenset({"Complex", "Association"})
GROUNDINGS = {
    "HGNC": "Protein",
    "UP": "Protein",
    "FPLX": "ProteinFamily",
    "MIRBASE": "MicroRNA",
    "CHEBI": "ChemicalEntity",
    "GO": "BiologicalProcess",
    "MESH": "",
    "DOID": "Disease",
    "HP": "PhenotypicFeature",
    "EFO": "",
    "EGID": "Gene",
    "PUBCHEM": "ChemicalEntity",
}
_READERS = frozenset(
    (
        "cwms", "drum", "eidos", "evex", "geneways", "gnbr", "hume", "isi", "medscan", "reach", "rlimsp",
        "semrep", "sofia", "sparser", "tees", "tkg", "trips",
    )
)  # fmt: skip
_DATABASES = frozenset(
    (
        "acsn", "bel", "bel_lc", "biofactoid", "biogrid", "biopax", "cbn", "conib", "creeds", "crog", "ctd",
        "dgi", "drugbank", "hprd", "kinase", "lincs_drug", "minerva", "ndex_cx", "omnipath", "pc", "pe",
        "phosphoelm", "psp", "signor", "tas", "trrust", "ubibrowser", "virhostnet", "wormbase",
    )
)  # fmt: skip
_POLARITIES = {1: " +", -1: " -"}


def read(files: Sequence[Path], intake: Intake) -> Iterator[Entity | Statement]:
    """The entities, each as it first comes up, and the statements."""
    (path,) = files
    for number, statement in enumerate(_statements(path, intake), start=1):
        place = f"{path.name}: statement {number}"
        if not isinstance(statement, dict) or not isinstance(statement.get("type"), str):
            raise DataError(f"statement {number} is no object with a type", file=str(path))
        relation = statement["type"]
        agents = [entity for entity in _agents(statement, path, number, intake) if entity is not None]
        if len(agents) < 2:  # noqa: PLR2004 - a relation has two ends
            intake.notes.add("statement without two agents", relation, place)
            continue
        yield from intake.first(*agents)
        if relation == "Influence":
            relation += _polarity(statement)
        mapped = intake.relation("indra", relation, place)
        if any(map(_is_altered, _given(statement))):
            intake.notes.add("sign left open: an agent is mutated or inactive", relation, place)
            mapped = intake.unsigned(mapped)
        for one, other in combinations([entity.id for entity in agents], 2):
            ends = sorted((one, other)) if relation in _UNDIRECTED else (one, other)
            said = ends[0], mapped.predicate, ends[1], mapped.aspect
            for agent, papers in _evidence(statement, place, intake):
                yield Statement(
                    *said,
                    SOURCE,
                    knowledge_level="knowledge_assertion" if agent == "manual_agent" else NOT_PROVIDED,
                    agent_type=agent,
                    relation=relation,
                    record=intake.value(
                        statement.get("matches_hash") or statement.get("id"), "id", place
                    ),
                    publications=papers,
                )


def _statements(path: Path, intake: Intake) -> list[Any]:
    """The list of statements, or what a service answers: an object that holds them by hash."""
    value = read_json(path, intake.progress)
    if isinstance(value, dict) and isinstance(value.get("statements"), dict | list):
        value = value["statements"]
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        raise DataError("neither a list of statements nor an object with statements", file=str(path))
    return value


def _agents(
    statement: dict[str, Any], path: Path, number: int, intake: Intake
) -> Iterator[Entity | None]:
    for member in _given(statement):
        agent = member.get("concept", member) if isinstance(member, dict) else member
        if agent is None:
            yield None
        elif isinstance(agent, dict) and isinstance(agent.get("db_refs"), dict):
            yield _entity(agent, f"{path.name}: statement {number}", intake)
        else:
            raise DataError(f"statement {number} has an agent without db_refs", file=str(path))


def _given(statement: dict[str, Any]) -> list[Any]:
    """The agents of a statement as they stand."""
    members = statement.get("members")
    if isinstance(members, list):
        return members
    roles = next((r for r in _ROLES if r[0] in statement or r[1] in statement), ())
    return [statement.get(role) for role in roles]


def _is_altered(agent: Any) -> bool:
    if not isinstance(agent, dict):
        return False
    activity = agent.get("activity")
    return bool(agent.get("mutations")) or (
        isinstance(activity, dict) and activity.get("is_active") is False
    )


def _entity(agent: dict[str, Any], place: str, intake: Intake) -> Entity | None:
    """The entity of an agent; None for one with neither an id nor a name."""
    refs = {
        name: str(value[0] if isinstance(value, list) else value)
        for name, value in agent["db_refs"].items()
        if name in GROUNDINGS and value and has_value(value[0] if isinstance(value, list) else value)
    }
    name = intake.value(agent.get("name"), "name", place)
    for grounding, category in GROUNDINGS.items():
        if grounding in refs:
            ids = {other: intake.curie(f"{other}:{local}", place) for other, local in refs.items()}
            return intake.entity(ids[grounding], name, category, ids.values())
    return intake.entity(intake.named(name, place), name) if name else None


def _polarity(statement: dict[str, Any]) -> str:
    """The product of both events' polarities; nothing where one is open."""
    product = 1
    for role in ("subj", "obj"):
        event = statement.get(role)
        delta = event.get("delta") if isinstance(event, dict) else None
        polarity = delta.get("polarity") if isinstance(delta, dict) else None
        product *= polarity if polarity in (1, -1) else 0
    return _POLARITIES.get(product, "")


def _evidence(
    statement: dict[str, Any], place: str, intake: Intake
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The kinds of agent that stand behind a statement, each with its papers."""
    found: dict[str, set[str]] = {}
    pieces = statement.get("evidence") or []
    if not isinstance(pieces, list) or not all(isinstance(one, dict) for one in pieces):
        raise DataError(f"the evidence of {place} is no list of objects")
    for evidence in pieces:
        epistemics = evidence.get("epistemics")
        if isinstance(epistemics, dict) and epistemics.get("negated"):
            intake.notes.add("negated evidence left out", statement["type"], place)
            continue
        reader = str(evidence.get("source_api") or "")
        agent = NOT_PROVIDED
        if reader in _READERS:
            agent = "text_mining_agent"
        elif reader in _DATABASES:
            agent = "manual_agent"
        elif reader:
            intake.notes.add("reader or database that is not known", reader, place)
        papers = found.setdefault(agent, set())
        papers.update(_papers(evidence, place, intake))
    if not pieces:
        found[NOT_PROVIDED] = set()
    for agent, papers in sorted(found.items()):
        yield agent, tuple(sorted(papers))


def _papers(evidence: dict[str, Any], place: str, intake: Intake) -> tuple[str, ...]:
    """The paper of evidence, by its PubMed id where it has one."""
    refs = evidence.get("text_refs")
    refs = refs if isinstance(refs, dict) else {}
    names = ("PMID", "PMCID", "DOI")
    given = [evidence.get("pmid"), *(refs.get(name) for name in names)]
    return intake.papers([next(filter(has_value, given), None)], place)
