"""From staged rows to a graph: statements and findings become associations, what is named a node."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mscgraph.graph import KnowledgeGraph
from mscgraph.graph.grading import cost_against_stated
from mscgraph.large.directory.manifest import OURS, TABLES
from mscgraph.large.directory.record_rows import association_row, node_row, to_finding, to_publication
from mscgraph.large.directory.staging import Statement
from mscgraph.model import Entity, association_id
from mscgraph.tables.optional_tables import read_external_costs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mscgraph.large.directory.staging import Staging


_BUCKET_ROWS = 250_000
_STRUCTURE = {"subclass_of": "parents", "part_of": "part_of", "derives_from": "derives_from"}


def lexicon_graph(staging: Staging, base: KnowledgeGraph) -> KnowledgeGraph:
    """The graph of the staged findings and papers, without entities, over the lexicon of another graph."""

    def records(table: str, to_record: Callable[[Mapping[str, Any]], Any]) -> dict[str, Any]:
        names = [column.name for column in TABLES[table]]
        rows = staging.run(f"SELECT {', '.join(names)} FROM {table} ORDER BY id")
        made = (to_record(dict(zip(names, row, strict=True))) for row in rows)
        return {record.id: record for record in made}

    findings, papers = records("findings", to_finding), records("publications", to_publication)
    return KnowledgeGraph(
        base.tables._replace(
            entities={}, publications=papers, findings=findings, places={}, stated={}, licences={}
        )
    )


def assemble(staging: Staging, base: KnowledgeGraph) -> list[str]:
    """Make the associations of what is staged; return the queries that give them, a bucket of ids each.

    Whatever is named and has no node gets one, and a note; statements that are structure go into their
    nodes. An association with findings keeps the grade that they earn, whoever else states it.
    """
    kg = lexicon_graph(staging, base)
    _merge_doubles(staging)
    _add_missing_nodes(staging)
    _move_structure(staging)
    staging.add_rows("associations", (association_row(kg, edge) for edge in kg.associations.values()))
    _key_statements(staging, kg)
    _note_disagreements(staging, kg)
    buckets = 1 + staging.number("SELECT count(*) FROM keyed") // _BUCKET_ROWS
    bounds = [f"{256 * number // buckets:02x}" for number in range(buckets)] + ["g"]
    return [_bucket(kg, f"MSCGA:{low}", f"MSCGA:{high}") for low, high in pairwise(bounds)]


def _move_structure(staging: Staging) -> None:
    """What is a kind, a part or a product of what belongs to the node, not by an association."""
    for predicate, column in _STRUCTURE.items():
        staging.run(
            f"UPDATE nodes SET {column} = tidy({column} || more) "
            "FROM (SELECT subject, list(object) AS more FROM said "
            "WHERE predicate = ? AND subject <> object GROUP BY subject) AS stated "
            "WHERE nodes.id = stated.subject",
            [predicate],
        )
        staging.run("DELETE FROM said WHERE predicate = ?", [predicate])


def _merge_doubles(staging: Staging) -> None:
    """One node an id: the first to say a text says it, lists are united, other names become synonyms."""
    if not staging.number("SELECT count(*) - count(DISTINCT id) FROM nodes"):
        return
    texts = [c.name for c in TABLES["nodes"] if c.kind == "text" and c.name != "id"]
    lists = ["xrefs", "parents", "part_of", "derives_from"]
    parts = [f"coalesce(arg_min({t}, place) FILTER ({t} <> ''), '') AS {t}" for t in texts]
    parts += [f"tidy(flatten(list({x}))) AS {x}" for x in lists]
    columns = ", ".join(column.name for column in TABLES["nodes"])
    staging.run(
        "CREATE TABLE united AS WITH twice AS (SELECT id FROM nodes GROUP BY id HAVING count(*) > 1), "
        f"rows AS (SELECT {columns}, min(rowid) AS place FROM nodes "
        f"WHERE id IN (FROM twice) GROUP BY {columns}), "
        "led AS (SELECT id, arg_min(name, place) AS leader, "
        "coalesce(arg_min(label, place) FILTER (label <> ''), '') AS title FROM rows GROUP BY id) "
        f"SELECT id, {', '.join(parts)}, list_sort(list_distinct(flatten(list(keys)))) AS keys, "
        "tidy(flatten(list(synonyms)) || flatten(list(list_filter("
        "[name, label], lambda s: s NOT IN ('', leader, title))))) AS synonyms "
        "FROM rows JOIN led USING (id) GROUP BY id"
    )
    for column in ("name", "category", "taxon"):
        staging.run(
            "INSERT INTO notes SELECT 'records of one id differ', id, count(*), "
            f"'{column}: ' || string_agg(DISTINCT {column}, ' / ' ORDER BY {column}) FROM nodes "
            f"WHERE id IN (SELECT id FROM united) AND {column} NOT IN ('', id, 'NamedThing') "
            f"GROUP BY id HAVING count(DISTINCT {column}) > 1"
        )
    staging.run("DELETE FROM nodes WHERE id IN (SELECT id FROM united)")
    staging.run("INSERT INTO nodes BY NAME SELECT * FROM united")


def _add_missing_nodes(staging: Staging) -> None:
    """What is named without a node of its own gets one that has nothing but its id."""
    lists = [f"SELECT unnest({column}) FROM nodes" for column in _STRUCTURE.values()]
    named = " UNION ALL ".join(["SELECT subject AS id FROM said", "SELECT object FROM said", *lists])
    staging.run(
        f"CREATE TABLE missing AS SELECT id, count(*) AS records FROM ({named}) AS named "
        "ANTI JOIN nodes USING (id) GROUP BY id"
    )
    staging.run("INSERT INTO notes SELECT 'named without a node record', id, records, '' FROM missing")
    missing = staging.stream("SELECT id FROM missing ORDER BY id")
    staging.add_rows("nodes", (node_row(_bare(identifier), "") for (identifier,) in missing))


def _bare(identifier: str) -> Entity:
    return Entity(identifier, identifier, "NamedThing")


def _key_statements(staging: Staging, kg: KnowledgeGraph) -> None:
    """Statements with the id of their association, their sign and what each costs, in order of ids."""
    costs = read_external_costs(kg.folder)
    for table, column in (("levels", "knowledge_level"), ("agents", "agent_type")):
        rows = getattr(costs, column).items()
        staging.make(table, {column: "VARCHAR", "cost": "INTEGER"}, rows)
    level, agent = costs.knowledge_level["not_provided"], costs.agent_type["not_provided"]
    staging.run(
        "CREATE TABLE keyed AS SELECT said.*, "
        "'MSCGA:' || substr(sha256(concat_ws(chr(9), subject, predicate, object, aspect)), 1, 16) AS id, "
        f"(coalesce(levels.cost, {level}) + coalesce(agents.cost, {agent}))::INTEGER AS base "
        "FROM said LEFT JOIN levels USING (knowledge_level) LEFT JOIN agents USING (agent_type) "
        "ORDER BY id"
    )
    staging.run("DROP TABLE said")
    own = staging.number(
        "SELECT count(*) FROM keyed "
        "WHERE primary_knowledge_source = ? AND id IN (SELECT id FROM associations)",
        [OURS],
    )
    if own:  # what an export of ours says is not a second source: its findings are the first
        staging.run(
            "DELETE FROM keyed WHERE primary_knowledge_source = ? "
            "AND id IN (SELECT id FROM associations)",
            [OURS],
        )
        staging.run("INSERT INTO notes VALUES ('held as findings already', ?, ?, '')", [OURS, own])
    signs = [
        (p.id, a.id, None if p.sign is None else int(p.sign * a.polarity))
        for p in kg.predicates.values()
        for a in kg.aspects.values()
    ]
    staging.make("signs", {"predicate": "VARCHAR", "aspect": "VARCHAR", "sign": "TINYINT"}, signs)
    columns = {"id": "VARCHAR", "disputing": "INTEGER", "contra": "INTEGER"}
    staging.make("against", columns, _disputed(kg))


def _note_disagreements(staging: Staging, kg: KnowledgeGraph) -> None:
    """Note the pairs that cannot both hold, where somebody else states one of them."""
    rivals = [(p.id, rival) for p in kg.predicates.values() for rival in p.disputes if p.id < rival]
    staging.make("rivals", {"predicate": "VARCHAR", "rival": "VARCHAR"}, rivals)
    staging.run(
        "INSERT INTO notes WITH sides AS ("
        "SELECT id, subject, predicate, object, aspect, bool_or(stated) AS stated FROM ("
        "SELECT id, subject, predicate, object, aspect, true AS stated FROM keyed UNION ALL "
        "SELECT id, subject, predicate, object, aspect, false FROM associations WHERE supporting > 0"
        ") GROUP BY id, subject, predicate, object, aspect) "
        "SELECT 'associations disagree', "
        "concat_ws(' ', a.subject, a.predicate || '/' || b.predicate, a.object, a.aspect), 2, "
        "a.id || ' ' || b.id FROM sides AS a JOIN rivals USING (predicate) JOIN sides AS b "
        "ON b.predicate = rivals.rival AND b.subject = a.subject AND b.object = a.object "
        "AND b.aspect = a.aspect WHERE a.stated OR b.stated"
    )


def _disputed(kg: KnowledgeGraph) -> Iterator[tuple[str, int, int]]:
    """What findings speak against, also where none speaks for it: id, findings, and their cost."""
    speaking: dict[str, dict[str, None]] = {}
    for finding in kg.findings.values():
        if kg.counts(finding):
            for rival in kg.predicates[finding.predicate].disputes:
                key = (finding.subject, rival, finding.object, finding.aspect)
                speaking.setdefault(association_id(*key), {})[finding.id] = None
    for identifier, ids in sorted(speaking.items()):
        disputing = [kg.findings[i] for i in sorted(ids)]
        yield identifier, len(disputing), cost_against_stated(disputing, kg.rubric)


def _bucket(kg: KnowledgeGraph, low: str, high: str) -> str:
    """The associations whose ids lie from ``low`` to below ``high``."""
    names = [*Statement._fields[4:]]
    fields = ", ".join(f"{name}: {name}" for name in names)
    letters = " ".join(f"WHEN e.total <= {at_most} THEN '{letter}'" for letter, at_most, _ in
                       kg.rubric.letters)  # fmt: skip
    ours = "c.cost IS NOT NULL OR e.id IS NULL"
    within = f"id >= '{low}' AND id < '{high}'"
    return f"""
        WITH stated AS (
            SELECT id, subject, predicate, object, aspect, min(base) AS base,
                list_sort(list_distinct(list({{{fields}}}))) AS sources,
                arg_min(
                    {{p: primary_knowledge_source, l: knowledge_level, a: agent_type}},
                    {{b: base, p: primary_knowledge_source, l: knowledge_level, a: agent_type}}
                ) AS lead,
                list_sort(list_distinct(flatten(list(publications)))) AS papers
            FROM keyed WHERE {within} GROUP BY id, subject, predicate, object, aspect
        ),
        e AS (
            SELECT stated.*, signs.sign, coalesce(against.disputing, 0) AS disputing,
                base + coalesce(against.contra, 0) AS total
            FROM stated LEFT JOIN signs USING (predicate, aspect) LEFT JOIN against USING (id)
        ),
        c AS (SELECT * FROM associations WHERE {within})
        SELECT coalesce(c.id, e.id) AS id,
            coalesce(c.subject, e.subject) AS subject,
            coalesce(c.predicate, e.predicate) AS predicate,
            coalesce(c.object, e.object) AS object,
            coalesce(c.aspect, e.aspect) AS aspect,
            coalesce(c.sign, e.sign) AS sign,
            coalesce(c.cost, e.total)::INTEGER AS cost,
            coalesce(c.ends, false) AND e.id IS NULL AS ends,
            coalesce(c.contested, false) AS contested,
            CASE WHEN {ours} THEN c.grade {letters} ELSE '{kg.rubric.letters[-1][0]}' END AS grade,
            coalesce(c.evidence_level, 0) AS evidence_level,
            coalesce(c.studies, 0) AS studies,
            coalesce(c.supporting, 0) AS supporting,
            coalesce(c.disputing, e.disputing) AS disputing,
            coalesce(c.inconclusive, 0) AS inconclusive,
            coalesce(c.other_settings, 0) AS other_settings,
            c.year AS year,
            coalesce(c.taxa, []) AS taxa,
            coalesce(c.systems, []) AS systems,
            CASE WHEN {ours} THEN c.primary_knowledge_source ELSE e.lead.p END AS primary_knowledge_source,
            CASE WHEN {ours} THEN c.knowledge_level ELSE e.lead.l END AS knowledge_level,
            CASE WHEN {ours} THEN c.agent_type ELSE e.lead.a END AS agent_type,
            CASE WHEN c.id IS NULL THEN e.papers WHEN e.id IS NULL THEN c.publications
                 ELSE list_sort(list_distinct(c.publications || e.papers)) END AS publications,
            coalesce(e.sources, []) AS sources
        FROM e FULL JOIN c ON c.id = e.id
    """
