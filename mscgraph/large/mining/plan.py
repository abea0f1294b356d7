"""The one plan: SQL that DuckDB and Spark both run as it stands, from all pairs to their k best paths.

In words. **Prune**: only edges on a walk of at most H steps from a source to a target are read again
(``near``), found by semi-joins that grow from both sides and meet. **Bound**: paths of one and two steps,
and longer ones along the cheapest edges of every entity only, give each pair a cost that its k-th path
cannot exceed. **Meet**: one or two steps from the sources are joined with one or two steps to the targets,
entities may not repeat, and what costs more than the pair's bound is dropped as it is made. **Rank**: the k
first of each pair by (cost, steps, association ids). Costs are integers, so nothing depends on the order of
additions, and ties are broken by ids: every engine gives the same rows.

Values that a person typed are tables (``sources``, ``barred``, …), never text in a statement. The two
dialects share what is used here; a test runs the same text through both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mscgraph.large.mining.mining_question import MineQuestion

__all__ = ["ANSWER", "COLUMNS", "CUT", "Stage", "make_plan"]

COLUMNS = (
    "source", "target", "rank", "start", "finish", "steps", "sign", "cost", "x1", "x2", "x3", "e1", "e2",
    "e3", "e4",
)  # fmt: skip
ANSWER = "answer"
CUT = "cut"
_PATH = "source, target, steps, sign, cost, x1, x2, x3, e1, e2, e3, e4"
_ANY = 4_611_686_018_427_387_904  # costs more than any path
_LEAST_BEAM = 16


class Stage(NamedTuple):
    """A named SELECT. ``keep`` asks an engine to hold its rows: they are read more than once."""

    name: str
    sql: str
    keep: bool


def make_plan(question: MineQuestion) -> tuple[Stage, ...]:
    """Return the stages of a question, in the order in which they must run.

    The tables ``associations`` and ``nodes`` of a graph directory and those of
    :meth:`MineQuestion.tables` must be there by name. The last stage is ``answer``; ``cut``, with one
    row, counts the edges that a hop cap dropped.
    """
    return tuple(_stages(question))


def _stages(question: MineQuestion) -> Iterator[Stage]:
    yield from _walkable(question)
    if question.conditions.categories:
        yield Stage(
            "passable",
            "SELECT id FROM nodes WHERE category IN (SELECT id FROM wanted_categories)",
            keep=True,
        )
    yield from _levels(question)
    yield from _edges(question)
    yield Stage(
        "first",
        "SELECT subject AS source, object AS x, sign, cost, onward, id, out_rank FROM edges"
        " WHERE subject IN (SELECT id FROM sources)",
        keep=True,
    )
    yield Stage(
        "last",
        "SELECT subject AS y, object AS target, sign, cost, id FROM edges"
        " WHERE object IN (SELECT id FROM targets)",
        keep=True,
    )
    yield Stage("short", _short(question), keep=True)
    parts = ["short"]
    if question.conditions.max_length > 2:  # noqa: PLR2004 - steps
        yield from _long(question)
        parts += ["three", "four"][: question.conditions.max_length - 2]
    union = " UNION ALL ".join(f"SELECT {_PATH} FROM {part}" for part in parts)
    yield Stage(ANSWER, _ranked(union, question), keep=True)


# -- the edges that matter --------------------------------------------------------------------------


def _walkable(question: MineQuestion) -> Iterator[Stage]:
    """The associations that may be steps: an effect, supported, no loop, and within the filters."""
    asked = question.conditions
    cost, joins = "CAST(a.cost AS BIGINT)", ""
    if asked.damping:
        effects = "FROM associations WHERE sign IS NOT NULL AND cost IS NOT NULL"
        factor = f"CAST('{asked.damping * 1e6!r}' AS DOUBLE)"
        for name, end in (("leaving", "subject"), ("entering", "object")):
            penalty = f"CAST(ROUND({factor} * LN(CAST(COUNT(*) AS DOUBLE))) AS BIGINT) AS penalty"
            yield Stage(name, f"SELECT {end} AS id, {penalty} {effects} GROUP BY {end}", keep=True)
            joins += f" JOIN {name} ON {name}.id = a.{end}"
            cost += f" + {name}.penalty"
    conditions = ["a.sign IS NOT NULL", "a.cost IS NOT NULL", "a.subject <> a.object"]
    if question.sign is not None and question.sign != 0:
        conditions.append("a.sign <> 0")
    for wanted, column, table in (
        (asked.predicates, "predicate", "wanted_predicates"),
        (question.letters, "grade", "wanted_letters"),
        (asked.knowledge_sources, "primary_knowledge_source", "wanted_knowledge_sources"),
    ):
        if wanted:
            conditions.append(f"a.{column} IN (SELECT id FROM {table})")
    if asked.taxon:
        conditions.append("array_contains(a.taxa, q.taxon)")
    if asked.system:
        conditions.append("array_contains(a.systems, q.system)")
    if asked.since is not None:
        conditions.append(f"a.year >= {int(asked.since)}")
    if asked.avoid:
        conditions += [
            f"NOT EXISTS (SELECT 1 FROM barred b WHERE b.id = a.{end})" for end in ("subject", "object")
        ]
    setting = " CROSS JOIN setting q" if asked.taxon or asked.system else ""
    yield Stage(
        "walkable",
        f"SELECT a.id, a.subject, a.object, CAST(a.sign AS INT) AS sign, {cost} AS cost,"
        f" COALESCE(a.ends, FALSE) AS ends FROM associations a{joins}{setting}"
        f" WHERE {' AND '.join(conditions)}",
        keep=bool(joins),
    )


def _levels(question: MineQuestion) -> Iterator[Stage]:
    """Which entities lie how many steps after a source and before a target, within H steps in all.

    The backward levels up to the middle are free; every other level keeps only what the opposite levels
    have reached, so none spreads over the whole graph.
    """
    steps = question.conditions.max_length
    middle = steps // 2

    def after(level: int) -> Stage:
        known = _until("to", "targets", steps - level) if steps - level <= middle else ""
        return _level(question, "from", "sources", level, known)

    def before(level: int) -> Stage:
        known = _until("from", "sources", steps - level) if level > middle else ""
        return _level(question, "to", "targets", level, known)

    for level in range(1, min(middle, steps - 1) + 1):
        yield before(level)
    for level in range(1, steps):
        yield after(level)
    for level in range(middle + 1, steps):
        yield before(level)
    for name, way, ends in (("ahead", "from", "sources"), ("behind", "to", "targets")):
        rows = [f"SELECT id, 0 AS steps FROM {ends}"]
        rows += [f"SELECT id, {level} AS steps FROM {way}_{level}" for level in range(1, steps)]
        union = " UNION ALL ".join(rows)
        yield Stage(name, f"SELECT id, MIN(steps) AS steps FROM ({union}) u GROUP BY id", keep=True)


def _until(way: str, ends: str, last: int) -> str:
    names = [ends, *(f"{way}_{level}" for level in range(1, last + 1))]
    return " UNION ALL ".join(f"SELECT id FROM {name}" for name in names)


def _level(question: MineQuestion, way: str, ends: str, level: int, known: str) -> Stage:
    begin = ends if level == 1 else f"{way}_{level - 1}"
    near, far = ("subject", "object") if way == "from" else ("object", "subject")
    conditions = [f"e.{near} IN (SELECT id FROM {begin})"]
    if way == "from" or level > 1:
        conditions.append("NOT e.ends")
    if known:
        conditions.append(f"e.{far} IN ({known})")
    if question.conditions.categories:
        conditions.append(f"e.{far} IN (SELECT id FROM passable)")
    where = " AND ".join(conditions)
    return Stage(f"{way}_{level}", f"SELECT DISTINCT e.{far} AS id FROM walkable e WHERE {where}", True)  # noqa: FBT003


def _edges(question: MineQuestion) -> Iterator[Stage]:
    """The edges on walks within H steps."""
    onward = "NOT e.ends"
    joins = "JOIN ahead a ON e.subject = a.id JOIN behind b ON e.object = b.id"
    if question.conditions.categories:
        joins += " LEFT JOIN passable p ON p.id = e.object"
        onward += " AND p.id IS NOT NULL"
    yield Stage(
        "near",
        f"SELECT e.id, e.subject, e.object, e.sign, e.cost, {onward} AS onward"
        f" FROM walkable e {joins}"
        f" WHERE a.steps + b.steps < {question.conditions.max_length} AND (NOT e.ends OR b.steps = 0)",
        keep=True,
    )
    cap = question.hop_cap
    ranks = "0 AS out_rank"
    if cap or question.conditions.max_length > 2:  # noqa: PLR2004 - steps
        ranks = "row_number() OVER (PARTITION BY subject ORDER BY cost, id) AS out_rank"
    within = "TRUE"
    if cap:
        ranks += ", row_number() OVER (PARTITION BY object ORDER BY cost, id) AS in_rank"
        within = f"out_rank <= {cap} AND in_rank <= {cap}"
    yield Stage("ranked", f"SELECT n.*, {ranks} FROM near n", keep=True)
    yield Stage("edges", f"SELECT * FROM ranked WHERE {within}", keep=False)
    yield Stage(CUT, f"SELECT COUNT(*) AS edges FROM ranked WHERE NOT ({within})", keep=False)


# -- paths ------------------------------------------------------------------------------------------


def _wanted(question: MineQuestion, product: str, *entities: str) -> str:
    """The net sign that is wanted, and the entities that must lie on the path."""
    sign = "" if question.sign is None else f" AND {product} = {question.sign}"
    inside = ", ".join(entities)
    vias = range(len(question.conditions.via))
    return sign + "".join(f" AND (SELECT id FROM via_{number}) IN ({inside})" for number in vias)


def _short(question: MineQuestion) -> str:
    one = (
        "SELECT f.source, f.x AS target, 1 AS steps, f.sign AS sign, f.cost AS cost, '' AS x1, '' AS x2,"
        " '' AS x3, f.id AS e1, '' AS e2, '' AS e3, '' AS e4 FROM first f"
        f" WHERE f.x IN (SELECT id FROM targets){_wanted(question, 'f.sign', 'f.source', 'f.x')}"
    )
    wanted = _wanted(question, "f.sign * l.sign", "f.source", "f.x", "l.target")
    two = (
        "SELECT f.source, l.target, 2 AS steps, f.sign * l.sign AS sign, f.cost + l.cost AS cost,"
        " f.x AS x1, '' AS x2, '' AS x3, f.id AS e1, l.id AS e2, '' AS e3, '' AS e4"
        " FROM first f JOIN last l ON l.y = f.x"
        f" WHERE f.onward AND l.target <> f.source{wanted}"
    )
    return one if question.conditions.max_length == 1 else f"{one} UNION ALL {two}"


def _three(question: MineQuestion, first: str, middle: str, *, bounded: bool) -> str:
    """Paths of three steps: a first edge, a middle edge, a last edge."""
    cost = "f.cost + m.cost + l.cost"
    wanted = _wanted(question, "f.sign * m.sign * l.sign", "f.source", "f.x", "m.object", "l.target")
    bound = ""
    within = ""
    if bounded:
        bound = " LEFT JOIN bound b ON b.source = f.source AND b.target = l.target"
        within = f" AND {cost} <= COALESCE(b.cost, {_ANY})"
    return (
        f"SELECT f.source, l.target, 3 AS steps, f.sign * m.sign * l.sign AS sign, {cost} AS cost,"
        " f.x AS x1, m.object AS x2, '' AS x3, f.id AS e1, m.id AS e2, l.id AS e3, '' AS e4"
        f" FROM {first} f JOIN {middle} m ON m.subject = f.x JOIN last l ON l.y = m.object{bound}"
        " WHERE f.onward AND m.onward AND m.object <> f.source AND l.target <> f.source"
        f" AND l.target <> f.x{wanted}{within}"
    )


def _long(question: MineQuestion) -> Iterator[Stage]:
    """Paths of three and four steps, each within the bound of its pair."""
    middle = (
        "SELECT * FROM edges WHERE onward AND subject IN (SELECT x FROM first WHERE onward)"
        " AND object IN (SELECT y FROM last)"
    )
    yield Stage("middle", middle, keep=True)
    beam = max(_LEAST_BEAM, question.k)
    yield Stage("first_beam", f"SELECT * FROM first WHERE out_rank <= {beam}", keep=False)
    yield Stage("middle_beam", f"SELECT * FROM middle WHERE out_rank <= {beam}", keep=False)
    some = _three(question, "first_beam", "middle_beam", bounded=False)
    yield Stage("bound", _bound("short", some, question), keep=True)
    yield Stage("three", _three(question, "first", "middle", bounded=True), keep=True)
    if question.conditions.max_length > 3:  # noqa: PLR2004 - steps
        yield from _four(question)


def _bound(known: str, some: str, question: MineQuestion) -> str:
    """The cost of the k-th path known so far, for the pairs that have as many."""
    return (
        "SELECT source, target, cost FROM (SELECT source, target, cost, row_number() OVER"
        " (PARTITION BY source, target ORDER BY cost) AS place FROM"
        f" (SELECT source, target, cost FROM {known} UNION ALL SELECT source, target, cost FROM"
        f" ({some}) s) u) r WHERE place = {question.k}"
    )


def _four(question: MineQuestion) -> Iterator[Stage]:
    """Two steps from the source meet two steps to the target.

    First only the cheapest halves of every (source, middle, target) are added up: a triple whose halves are
    together more than the bound holds no path that counts.
    """
    yield Stage(
        "third",
        "SELECT * FROM edges WHERE onward AND object IN (SELECT y FROM last)"
        " AND subject IN (SELECT object FROM edges WHERE onward AND subject IN"
        " (SELECT x FROM first WHERE onward))",
        keep=True,
    )
    yield Stage(
        "front",
        "SELECT f.source, f.x, m.object AS y, f.sign * m.sign AS sign,"
        " f.cost + m.cost AS cost, f.id AS e1, m.id AS e2"
        " FROM first f JOIN edges m ON m.subject = f.x"
        " WHERE f.onward AND m.onward AND m.object <> f.source"
        " AND m.object IN (SELECT subject FROM third)",
        keep=True,
    )
    yield Stage(
        "back",
        "SELECT m.subject AS y, l.y AS z, l.target, m.sign * l.sign AS sign,"
        " m.cost + l.cost AS cost, m.id AS e3, l.id AS e4"
        " FROM third m JOIN last l ON l.y = m.object WHERE m.subject <> l.target",
        keep=True,
    )
    yield Stage("bound_of_three", _bound("short", "SELECT * FROM three", question), keep=True)
    yield Stage(
        "meeting",
        "SELECT f.source, f.y, b.target, COALESCE(k.cost, "
        f"{_ANY}) AS most FROM (SELECT source, y, MIN(cost) AS cost FROM front GROUP BY source, y) f"
        " JOIN (SELECT y, target, MIN(cost) AS cost FROM back GROUP BY y, target) b ON b.y = f.y"
        " LEFT JOIN bound_of_three k ON k.source = f.source AND k.target = b.target"
        f" WHERE f.source <> b.target AND f.cost + b.cost <= COALESCE(k.cost, {_ANY})",
        keep=True,
    )
    wanted = _wanted(question, "f.sign * b.sign", "f.source", "f.x", "f.y", "b.z", "b.target")
    yield Stage(
        "four",
        "SELECT f.source, b.target, 4 AS steps, f.sign * b.sign AS sign, f.cost + b.cost AS cost,"
        " f.x AS x1, f.y AS x2, b.z AS x3, f.e1, f.e2, b.e3, b.e4"
        " FROM meeting t JOIN front f ON f.source = t.source AND f.y = t.y"
        " JOIN back b ON b.y = t.y AND b.target = t.target"
        " WHERE f.x <> b.target AND b.z <> f.source AND f.x <> b.z"
        f" AND f.cost + b.cost <= t.most{wanted}",
        keep=True,
    )


def _ranked(union: str, question: MineQuestion) -> str:
    """The k best paths of each pair that was asked for, over all that the two names cover."""
    pair, joins = "c.source AS start, c.target AS finish, c.source AS s, c.target AS t", ""
    if question.covers:
        pair = "c.source AS start, c.target AS finish, s.asked AS s, t.asked AS t"
        joins = (
            " JOIN asked_sources s ON s.id = c.source JOIN asked_targets t ON t.id = c.target"
            " WHERE s.asked <> t.asked"
        )
    return (
        "SELECT s AS source, t AS target, CAST(place AS INT) AS rank, start, finish, steps, sign, cost,"
        " x1, x2, x3, e1, e2, e3, e4 FROM (SELECT c.*, row_number() OVER (PARTITION BY s, t"
        " ORDER BY cost, steps, e1, e2, e3, e4) AS place FROM"
        f" (SELECT {pair}, c.steps, c.sign, c.cost, c.x1, c.x2, c.x3, c.e1, c.e2, c.e3, c.e4"
        f" FROM ({union}) c{joins}) c) r WHERE place <= {question.k} ORDER BY source, target, rank"
    )
