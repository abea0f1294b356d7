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
_SOURCE = f"{{{', '.join(f'{name}: {name}' for name in Statement._fields[4:])}}}"
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


def assemble(staging: Staging, base: KnowledgeGraph) -> str:
    """Make the associations of what is staged; return the query that gives them by id.

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
    letters = " ".join(f"WHEN cost <= {at_most} THEN '{letter}'" for letter, at_most, _ in
                       kg.rubric.letters)  # fmt: skip
    known = {
        "ends": "false", "contested": "false", "evidence_level": "0", "studies": "0", "supporting": "0",
        "inconclusive": "0", "other_settings": "0", "year": "NULL", "taxa": "[]", "systems": "[]",
        "grade": f"CASE {letters} ELSE '{kg.rubric.letters[-1][0]}' END",
    }  # fmt: skip
    columns = [column.name for column in TABLES["associations"]]
    _unite(staging, ", ".join(f"{known.get(name, name)} AS {name}" for name in columns))
    if staging.number("SELECT count(*) FROM associations"):
        before, after = columns, {}
    else:  # what follows from the rest need not be sorted
        before, after = [name for name in columns if name not in known], known
    own = ", ".join(f"{known.get(name, name)} AS {name}" for name in before if name != "sources")
    after = after | {
        "publications": "papers(publications)",
        "sources": f"coalesce(sources, [{_SOURCE}])",
    }
    return (
        f"SELECT {', '.join(f'{after.get(name, name)} AS {name}' for name in columns)} FROM ("
        f"SELECT {own}, relation, record, NULL AS sources FROM keyed ANTI JOIN several USING (id) "
        f"UNION ALL BY NAME SELECT {', '.join(before)}, '' AS relation, '' AS record FROM joined "
        "ORDER BY id)"
    )


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
    """Statements with the id and the sign of their association, what each costs, and what disputes it."""
    costs = read_external_costs(kg.folder)
    for table, column in (("levels", "knowledge_level"), ("agents", "agent_type")):
        rows = getattr(costs, column).items()
        staging.make(table, {column: "VARCHAR", "cost": "INTEGER"}, rows)
    level, agent = costs.knowledge_level["not_provided"], costs.agent_type["not_provided"]
    signs = [
        (p.id, a.id, None if p.sign is None else int(p.sign * a.polarity))
        for p in kg.predicates.values()
        for a in kg.aspects.values()
    ]
    staging.make("signs", {"predicate": "VARCHAR", "aspect": "VARCHAR", "sign": "TINYINT"}, signs)
    columns = {"id": "VARCHAR", "disputing": "INTEGER", "contra": "INTEGER"}
    staging.make("against", columns, _disputed(kg))
    key = "concat_ws(chr(9), subject, predicate, object, aspect)"
    staging.run(
        "CREATE TABLE keyed AS SELECT said.*, sign, coalesce(against.disputing, 0) AS disputing, "
        f"(coalesce(levels.cost, {level}) + coalesce(agents.cost, {agent}))::INTEGER AS base, "
        "(base + coalesce(contra, 0))::INTEGER AS cost "
        f"FROM (SELECT *, 'MSCGA:' || substr(sha256({key}), 1, 16) AS id FROM said) AS said "
        "LEFT JOIN levels USING (knowledge_level) LEFT JOIN agents USING (agent_type) "
        "LEFT JOIN signs USING (predicate, aspect) LEFT JOIN against USING (id)"
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


def _note_disagreements(staging: Staging, kg: KnowledgeGraph) -> None:
    """Note the pairs that cannot both hold, where somebody else states one of them."""
    rivals = [(p.id, rival) for p in kg.predicates.values() for rival in p.disputes if p.id < rival]
    staging.make("rivals", {"predicate": "VARCHAR", "rival": "VARCHAR"}, rivals)
    staging.run(
        "CREATE VIEW sides AS SELECT id, subject, predicate, object, aspect, true AS stated, "
        "hash(subject, object, aspect) AS pair FROM keyed UNION ALL SELECT id, subject, predicate, object, "
        "aspect, false, hash(subject, object, aspect) FROM associations WHERE supporting > 0"
    )
    staging.run(  # few pairs have two predicates: only those are joined
        "INSERT INTO notes WITH pairs AS (SELECT pair FROM sides WHERE predicate IN "
        "(SELECT predicate FROM rivals UNION SELECT rival FROM rivals) "
        "GROUP BY pair HAVING min(predicate) <> max(predicate)), "
        "sides AS MATERIALIZED (SELECT * FROM sides SEMI JOIN pairs USING (pair)) "
        "SELECT DISTINCT 'associations disagree', "
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


def _unite(staging: Staging, stated: str) -> None:
    """Unite what several statements, or findings, say of one association, so many ids at a time.

    Lists do not spill: what one statement says is not among them. ``stated`` makes an association's columns
    of a statement's.
    """
    staging.run(
        "CREATE TABLE several AS SELECT id FROM keyed GROUP BY id HAVING count(*) > 1 "
        "UNION SELECT id FROM associations"
    )
    staging.run("CREATE TABLE shared AS SELECT * FROM keyed SEMI JOIN several USING (id) ORDER BY id")
    staging.run("CREATE TABLE joined AS FROM associations LIMIT 0")
    lead = ("primary_knowledge_source", "knowledge_level", "agent_type")
    first = ", ".join(f"arg_min({name}, (base, {', '.join(lead)})) AS {name}" for name in lead)
    ours = "c.cost IS NOT NULL OR e.id IS NULL"
    joined = {
        "ends": "coalesce(c.ends, false) AND e.id IS NULL",
        "publications": "papers(coalesce(c.publications, []) || coalesce(e.publications, []))",
        "sources": "coalesce(e.sources, [])",
        **{name: f"CASE WHEN {ours} THEN c.{name} ELSE e.{name} END" for name in ("grade", *lead)},
    }
    columns = [column.name for column in TABLES["associations"]]
    both = ", ".join(
        f"{joined.get(name, f'coalesce(c.{name}, e.{name})')} AS {name}" for name in columns
    )
    query = (
        "WITH said AS (SELECT id, subject, predicate, object, aspect, any_value(sign) AS sign, "
        f"any_value(disputing) AS disputing, min(cost) AS cost, {first}, "
        f"list_sort(list_distinct(list({_SOURCE}))) AS sources, "
        "flatten(list(publications)) AS publications "
        "FROM shared WHERE id >= $1 AND id < $2 GROUP BY id, subject, predicate, object, aspect), "
        f"e AS (SELECT {stated} FROM said), "
        "c AS (SELECT * FROM associations WHERE id >= $1 AND id < $2) "
        f"SELECT {both} FROM e FULL JOIN c ON c.id = e.id"
    )
    buckets = 1 + staging.number("SELECT count(*) FROM shared") // _BUCKET_ROWS
    bounds = [f"MSCGA:{256 * number // buckets:02x}" for number in range(buckets)] + ["MSCGA:g"]
    for bound in pairwise(bounds):
        staging.run(f"INSERT INTO joined BY NAME {query}", bound)
