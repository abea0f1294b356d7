"""The one plan: SQL that DuckDB and Spark both run as it stands, from all pairs to their k best routes.

In words. **Prune**: only edges on a walk of at most H steps from a source to a target are read again
(``near``), found by semi-joins that grow from both sides and meet; of parallel ones that differ in their
cost alone, the cheapest. **Bound**: paths of one and two steps, and longer ones along the cheapest edges of
every entity only, give each pair a cost that its k-th route cannot exceed. **Meet**: one or two steps from
the sources are joined with one or two steps to the targets, entities may not repeat, and what costs more
than the pair's bound is dropped as it is made. **Rank**: the best path of each route; those that a study
demonstrated go first, then the k first of each pair by (cost, steps, association ids). Costs are integers,
so nothing depends on the order of additions, and ties are broken by ids: every engine gives the same rows.

Values that a person typed are tables (``sources``, ``barred``, …), never text in a statement. The two
dialects share what is used here; a test runs the same text through both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mscgraph.large.mining.mining_question import MineQuestion


_ROUTE = "source, target, start, finish, x1, x2, x3"
COLUMNS = (
    "source", "target", "rank", "steps", "sign", "cost", "demonstrated", "start", "finish", "x1", "x2",
    "x3", "e1", "e2", "e3", "e4",
)  # fmt: skip
ANSWER = "answer"
CUT = "cut"
_PATH = "source, target, start, finish, steps, sign, cost, x1, x2, x3, e1, e2, e3, e4, demonstrated"
_ANY = 4_611_686_018_427_387_904  # costs more than any path
_LEAST_BEAM = 16


class Stage(NamedTuple):
    """A named SELECT. ``keep`` asks an engine to hold its rows: they are read more than once."""

    name: str
    sql: str
    keep: bool = True


def make_plan(question: MineQuestion) -> tuple[Stage, ...]:
    """Return the stages of a question, in the order in which they must run.

    The tables ``associations`` and ``nodes`` of a graph directory and those of
    :meth:`MineQuestion.tables` must be there by name. The last stage is ``answer``; ``cut``, with one
    row, counts the edges that a hop cap dropped.
    """
    return tuple(_stages(question))


def _stages(question: MineQuestion) -> Iterator[Stage]:
    longest = question.conditions.max_length
    yield from _walkable(question)
    yield from _levels(longest)
    yield from _edges(question)
    yield Stage(
        "first",
        "SELECT s.asked AS source, e.subject AS start, e.object AS x, e.sign, e.cost, e.met,"
        " e.onward AND d.id IS NULL AS onward, e.id, e.out_rank FROM edges e JOIN sources s"
        " ON s.id = e.subject LEFT JOIN detours d ON d.asked = s.asked AND d.id = e.object",
    )
    yield Stage(
        "last",
        "SELECT e.subject AS y, t.asked AS target, e.object AS finish, e.sign, e.cost, e.met, e.id"
        " FROM edges e JOIN targets t ON t.id = e.object"
        " LEFT JOIN detours d ON d.asked = t.asked AND d.id = e.subject WHERE d.id IS NULL",
    )
    yield Stage("short", _short(question))
    parts = ["short"]
    if longest > 2:  # noqa: PLR2004 - steps
        yield from _long(question)
        parts += ["three", "four"][: longest - 2]
    union = " UNION ALL ".join(f"SELECT {_PATH} FROM {part}" for part in parts)
    yield Stage(ANSWER, _ranked(f"{union} UNION ALL {_shown()}", question.k))


# -- the edges that matter --------------------------------------------------------------------------


def _walkable(question: MineQuestion) -> Iterator[Stage]:
    """The associations that may be steps: an effect, supported, no loop, and within the filters.

    A read-out, and what leads to an entity that may only be an end, may only be the last step; ``met`` are
    the sets of ``via`` of which something lies on an edge, a bit each.
    """
    asked = question.conditions
    yield Stage(
        "closed",
        "SELECT DISTINCT c.id FROM (SELECT n.id FROM nodes n JOIN closed_kinds k ON k.category = n.category"
        " AND k.role = n.role UNION ALL SELECT id FROM closed_ids) c"
        " LEFT JOIN via v ON v.id = c.id WHERE v.id IS NULL",
    )
    cost, met, joins = "CAST(a.cost AS BIGINT)", "0", " LEFT JOIN closed c ON c.id = a.object"
    if asked.damping:
        effects = "FROM associations WHERE sign IS NOT NULL AND cost IS NOT NULL"
        factor = f"CAST('{asked.damping * 1e6!r}' AS DOUBLE)"
        for name, end in (("leaving", "subject"), ("entering", "object")):
            penalty = f"CAST(ROUND({factor} * LN(CAST(COUNT(*) AS DOUBLE))) AS BIGINT) AS penalty"
            yield Stage(name, f"SELECT {end} AS id, {penalty} {effects} GROUP BY {end}")
            joins += f" JOIN {name} ON {name}.id = a.{end}"
            cost += f" + {name}.penalty"
    if question.via:
        for end in ("subject", "object", "id"):
            joins += f" LEFT JOIN via v_{end} ON v_{end}.id = a.{end}"
            met += f" | COALESCE(CAST(v_{end}.met AS INT), 0)"
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
    if asked.avoid:
        conditions += [
            f"NOT EXISTS (SELECT 1 FROM barred b WHERE b.id = a.{end})" for end in ("subject", "object")
        ]
    walked = "associations"
    if question.slice is not None:
        walked = (
            "(SELECT id, subject, object, CAST(sign AS INT) AS sign, CAST(cost AS BIGINT) AS cost,"
            " ends = '1' AS ends, predicate, grade, primary_knowledge_source FROM slice)"
        )
    yield Stage(
        "walkable",
        f"SELECT a.id, a.subject, a.object, CAST(a.sign AS INT) AS sign, {cost} AS cost, {met} AS met,"
        f" COALESCE(a.ends, FALSE) OR c.id IS NOT NULL AS ends FROM {walked} a{joins}"
        f" WHERE {' AND '.join(conditions)}",
        keep=bool(asked.damping or question.via),  # else reading it again costs less than holding it
    )


def _levels(steps: int) -> Iterator[Stage]:
    """Which entities lie how many steps after a source and before a target, within H steps in all.

    The backward levels up to the middle are free; every other level keeps only what the opposite levels
    have reached, so none spreads over the whole graph.
    """
    middle = steps // 2
    for level in range(1, min(middle, steps - 1) + 1):
        yield _level("to", level)
    for level in range(1, steps):
        yield _level("from", level, steps - level if steps - level <= middle else None)
    for level in range(middle + 1, steps):
        yield _level("to", level, steps - level)
    for name, way in (("ahead", "from"), ("behind", "to")):
        union = _until(way, steps - 1, ", {level} AS steps")
        yield Stage(name, f"SELECT id, MIN(steps) AS steps FROM ({union}) u GROUP BY id")


def _until(way: str, last: int, more: str = "") -> str:
    names = ["sources" if way == "from" else "targets", *(f"{way}_{n}" for n in range(1, last + 1))]
    return " UNION ALL ".join(f"SELECT id{more.format(level=n)} FROM {t}" for n, t in enumerate(names))


def _level(way: str, level: int, known: int | None = None) -> Stage:
    """The entities that many steps from the lists; of those that so many from the other lists reach."""
    near, far = ("subject", "object") if way == "from" else ("object", "subject")
    begin = _until(way, 0) if level == 1 else f"SELECT id FROM {way}_{level - 1}"
    conditions = [f"e.{near} IN ({begin})"]
    if way == "from" or level > 1:
        conditions.append("NOT e.ends")
    if known is not None:
        conditions.append(f"e.{far} IN ({_until('to' if way == 'from' else 'from', known)})")
    where = " AND ".join(conditions)
    return Stage(f"{way}_{level}", f"SELECT DISTINCT e.{far} AS id FROM walkable e WHERE {where}")


def _edges(question: MineQuestion) -> Iterator[Stage]:
    """The edges on walks within H steps, of parallel ones the cheapest."""
    longest, cap = question.conditions.max_length, question.hop_cap
    yield Stage(
        "near",
        "SELECT e.id, e.subject, e.object, e.sign, e.cost, e.met, NOT e.ends AS onward FROM walkable e"
        " JOIN ahead a ON e.subject = a.id JOIN behind b ON e.object = b.id"
        f" WHERE a.steps + b.steps < {longest} AND (NOT e.ends OR b.steps = 0)",
    )
    ranks, within = "0 AS out_rank", "TRUE"
    if cap or longest > 2:  # noqa: PLR2004 - steps
        ranks = "row_number() OVER (PARTITION BY subject ORDER BY cost, id) AS out_rank"
    if cap:
        ranks += ", row_number() OVER (PARTITION BY object ORDER BY cost, id) AS in_rank"
        within = f"out_rank <= {cap} AND in_rank <= {cap}"
    yield Stage(
        "ranked",
        f"SELECT n.*, {ranks} FROM (SELECT *, row_number() OVER (PARTITION BY subject, object, sign, met,"
        " onward ORDER BY cost, id) AS parallel FROM near) n WHERE parallel = 1",
    )
    yield Stage("edges", f"SELECT * FROM ranked WHERE {within}", keep=False)
    yield Stage(CUT, f"SELECT COUNT(*) AS edges FROM ranked WHERE NOT ({within})", keep=False)


# -- paths ------------------------------------------------------------------------------------------


def _wanted(question: MineQuestion, steps: int, *parts: str) -> str:
    """The least number of steps, the net sign that is wanted, and what must lie on the path."""
    wanted = "" if steps >= (question.conditions.min_length or 1) else " AND FALSE"
    if question.sign is not None:
        wanted += f" AND {' * '.join(f'{part}.sign' for part in parts)} = {question.sign}"
    if question.via:
        met = " | ".join(f"{part}.met" for part in parts)
        wanted += f" AND ({met}) = {(1 << len(question.via)) - 1}"
    return wanted


def _paths(parts: str, between: str, ids: str) -> str:
    """The columns of paths that are put together from ``parts``, in order."""
    names = parts.split()
    last = names[-1]
    steps = len(ids.split())
    entities = (between.split() + ["''"] * 3)[:3]
    edges = (ids.split() + ["''"] * 3)[:4]
    columns = [f"{one} AS x{n}" for n, one in enumerate(entities, 1)]
    columns += [f"{one} AS e{n}" for n, one in enumerate(edges, 1)]
    return (
        f"SELECT f.source, {last}.target, f.start, {last}.finish, {steps} AS steps,"
        f" {' * '.join(f'{n}.sign' for n in names)} AS sign,"
        f" {' + '.join(f'{n}.cost' for n in names)} AS cost, {', '.join(columns)}, 0 AS demonstrated "
    )


def _apart(asked: str, entity: str, name: str) -> str:
    """A join that finds whether an entity is a detour; ``name.id`` is then not null."""
    return f" LEFT JOIN detours {name} ON {name}.asked = {asked} AND {name}.id = {entity}"


def _short(question: MineQuestion) -> str:
    one = (
        "SELECT f.source, t.asked AS target, f.start, f.x AS finish, 1 AS steps, f.sign, f.cost,"
        " '' AS x1, '' AS x2, '' AS x3, f.id AS e1, '' AS e2, '' AS e3, '' AS e4, 0 AS demonstrated"
        " FROM first f JOIN targets t ON t.id = f.x"
        f" WHERE t.asked <> f.source{_wanted(question, 1, 'f')}"
    )
    two = (
        _paths("f l", "f.x", "f.id l.id") + "FROM first f JOIN last l ON l.y = f.x"
        f" WHERE f.onward AND l.target <> f.source AND l.finish <> f.start{_wanted(question, 2, 'f', 'l')}"
    )
    return one if question.conditions.max_length == 1 else f"{one} UNION ALL {two}"


def _three(question: MineQuestion, first: str, middle: str, *, bounded: bool) -> str:
    """Paths of three steps: a first edge, a middle edge, a last edge."""
    bound, within = "", ""
    if bounded:
        bound = " LEFT JOIN bound b ON b.source = f.source AND b.target = l.target"
        within = f" AND f.cost + m.cost + l.cost <= COALESCE(b.cost, {_ANY})"
    return (
        _paths("f m l", "f.x m.object", "f.id m.id l.id")
        + f"FROM {first} f JOIN {middle} m ON m.subject = f.x JOIN last l ON l.y = m.object{bound}"
        + _apart("f.source", "m.object", "d") + _apart("l.target", "f.x", "o")
        + " WHERE f.onward AND m.onward AND m.object <> f.start AND l.target <> f.source"
        " AND l.finish <> f.start AND l.finish <> f.x AND d.id IS NULL AND o.id IS NULL"
        f"{_wanted(question, 3, 'f', 'm', 'l')}{within}"
    )  # fmt: skip


def _long(question: MineQuestion) -> Iterator[Stage]:
    """Paths of three and four steps, each within the bound of its pair."""
    yield Stage(
        "middle",
        "SELECT * FROM edges WHERE onward AND subject IN (SELECT x FROM first WHERE onward)"
        " AND object IN (SELECT y FROM last)",
    )
    beam = max(_LEAST_BEAM, question.k)
    yield Stage("first_beam", f"SELECT * FROM first WHERE out_rank <= {beam}", keep=False)
    yield Stage("middle_beam", f"SELECT * FROM middle WHERE out_rank <= {beam}", keep=False)
    some = _three(question, "first_beam", "middle_beam", bounded=False)
    yield Stage("bound", _bound(f"SELECT {_ROUTE}, cost FROM ({some}) s", question.k))
    yield Stage("three", _three(question, "first", "middle", bounded=True))
    if question.conditions.max_length > 3:  # noqa: PLR2004 - steps
        yield from _four(question)


def _bound(some: str, k: int) -> str:
    """The cost of the k-th route known so far, for the pairs that have as many."""
    return (
        "SELECT source, target, cost FROM (SELECT source, target, cost, row_number() OVER"
        f" (PARTITION BY source, target ORDER BY cost) AS place FROM (SELECT {_ROUTE}, MIN(cost) AS cost"
        f" FROM (SELECT {_ROUTE}, cost FROM short UNION ALL {some}) u GROUP BY {_ROUTE}) v) r"
        f" WHERE place = {k}"
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
    )
    yield Stage(
        "front",
        "SELECT f.source, f.start, f.x, m.object AS y, f.sign * m.sign AS sign, f.cost + m.cost AS cost,"
        " f.met | m.met AS met, f.id AS e1, m.id AS e2 FROM first f JOIN edges m ON m.subject = f.x"
        + _apart("f.source", "m.object", "d")
        + " WHERE f.onward AND m.onward AND m.object <> f.start AND d.id IS NULL"
        " AND m.object IN (SELECT subject FROM third)",
    )
    yield Stage(
        "back",
        "SELECT m.subject AS y, l.y AS z, l.target, l.finish, m.sign * l.sign AS sign,"
        " m.cost + l.cost AS cost, m.met | l.met AS met, m.id AS e3, l.id AS e4"
        " FROM third m JOIN last l ON l.y = m.object" + _apart("l.target", "m.subject", "d")
        + " WHERE m.subject <> l.finish AND d.id IS NULL",
    )  # fmt: skip
    yield Stage("bound_of_three", _bound(f"SELECT {_ROUTE}, cost FROM three", question.k))
    yield Stage(
        "meeting",
        "SELECT f.source, f.y, b.target, COALESCE(k.cost, "
        f"{_ANY}) AS most FROM (SELECT source, y, MIN(cost) AS cost FROM front GROUP BY source, y) f"
        " JOIN (SELECT y, target, MIN(cost) AS cost FROM back GROUP BY y, target) b ON b.y = f.y"
        " LEFT JOIN bound_of_three k ON k.source = f.source AND k.target = b.target"
        f" WHERE f.source <> b.target AND f.cost + b.cost <= COALESCE(k.cost, {_ANY})",
    )
    yield Stage(
        "four",
        _paths("f b", "f.x f.y b.z", "f.e1 f.e2 b.e3 b.e4")
        + "FROM meeting t JOIN front f ON f.source = t.source AND f.y = t.y"
        " JOIN back b ON b.y = t.y AND b.target = t.target"
        + _apart("f.source", "b.z", "d") + _apart("b.target", "f.x", "o")
        + " WHERE f.x <> b.finish AND b.z <> f.start AND f.x <> b.z AND f.start <> b.finish"
        " AND d.id IS NULL AND o.id IS NULL"
        f" AND f.cost + b.cost <= t.most{_wanted(question, 4, 'f', 'b')}",
    )  # fmt: skip


def _shown() -> str:
    """The paths that single studies demonstrated, of every pair that covers their ends."""
    return (
        "SELECT s.asked AS source, t.asked AS target, p.start, p.finish, 2 AS steps,"
        " CAST(p.sign AS INT) AS sign, CAST(p.cost AS BIGINT) AS cost, p.mediator AS x1, '' AS x2,"
        " '' AS x3, p.id AS e1, '' AS e2, '' AS e3, '' AS e4, 1 AS demonstrated FROM demonstrated p"
        " JOIN sources s ON s.id = p.start JOIN targets t ON t.id = p.finish"
        + _apart("s.asked", "p.mediator", "d") + _apart("t.asked", "p.mediator", "o")
        + " WHERE s.asked <> t.asked AND d.id IS NULL AND o.id IS NULL"
    )  # fmt: skip


def _ranked(union: str, k: int) -> str:
    """The k best routes of each pair, each by its best path."""
    ids = "e1, e2, e3, e4"
    return (
        "SELECT source, target, CAST(place AS INT) AS rank, start, finish, steps, sign, cost,"
        f" x1, x2, x3, {ids}, demonstrated FROM (SELECT c.*, row_number() OVER (PARTITION BY source, target"
        " ORDER BY demonstrated DESC, cost, steps, CASE WHEN demonstrated = 1 THEN x1 ELSE '' END,"
        f" {ids}) AS place FROM (SELECT u.*, row_number() OVER (PARTITION BY {_ROUTE} ORDER BY"
        f" demonstrated DESC, cost, {ids}) AS choice FROM ({union}) u) c WHERE choice = 1) r"
        f" WHERE place <= {k} ORDER BY source, target, rank"
    )
