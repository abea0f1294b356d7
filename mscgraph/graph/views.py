"""The graph as the objects that notebooks work with: pandas frames and networkx graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.errors import NotFound
from mscgraph.graph.parts import keep_associations
from mscgraph.model import Entity, Finding, Publication
from mscgraph.tables.rows import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import networkx as nx
    import pandas as pd

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association
    from mscgraph.paths import (
        BlockAnswer,
        InfluenceAnswer,
        LoopAnswer,
        MediatorAnswer,
        Path,
        PathAnswer,
        Totals,
    )

    Answer = PathAnswer | BlockAnswer | MediatorAnswer | LoopAnswer | InfluenceAnswer

_TABLES = ("findings", "associations", "entities", "publications")


def to_frame(kg: KnowledgeGraph, what: str | Answer | Iterable[Any] = "findings") -> pd.DataFrame:
    """Return a table of the graph as a pandas DataFrame.

    Parameters
    ----------
    kg
        The graph that names are taken from.
    what
        ``"findings"``, ``"associations"``, ``"entities"`` or ``"publications"``; or a list of findings
        or associations; or an answer: of paths and loops one row a step, of a block one row a path that
        dies or remains, of mediators one row each, of up- or downstream one row an influence.

    Returns
    -------
    pandas.DataFrame
        Indexed by id, or by path and step. Findings and associations have, for each CURIE of subject
        and object, its name; lists are joined by ``|`` as in the tables.

    Raises
    ------
    NotFound
        When there is no such table.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> frame = mg.to_frame(kg, kg.find_findings(object="Treg"))
    >>> set(frame["object"]) >= {"CL:0000815"}
    True
    """
    import pandas as pd

    for attribute, (rows_of, index) in _ANSWERS.items():
        if hasattr(what, attribute):
            frame = pd.DataFrame(rows_of(kg, what))
            return frame.set_index(index) if len(frame) else frame
    if isinstance(what, str) and what not in _TABLES:
        raise NotFound(f"No table is called {what!r}.", suggestions=_TABLES)
    records: Any = getattr(kg, what).values() if isinstance(what, str) else what
    rows = [_row(kg, record) for record in records]
    return pd.DataFrame(rows).set_index("id") if rows else pd.DataFrame()


def _row(kg: KnowledgeGraph, record: Any) -> dict[str, object]:
    if isinstance(record, Entity | Publication):
        return {name: text_of(value) for name, value in record._asdict().items()}
    names = {
        "id": record.id,
        "subject_name": kg.name(record.subject),
        "predicate": record.predicate,
        "object_name": kg.name(record.object),
        "aspect": record.aspect,
    }
    if isinstance(record, Finding):
        rest: dict[str, object] = {k: text_of(v) for k, v in record._asdict().items()}
        rest["readout"] = record.readout
        return names | {k: v for k, v in rest.items() if k not in names}
    return names | _edge(record)


def _edge(edge: Association) -> dict[str, object]:
    sources = {source.primary_knowledge_source for source in edge.sources}
    return {
        "subject": edge.subject,
        "object": edge.object,
        "sign": None if edge.sign is None else int(edge.sign),
        "grade": edge.grade.letter,
        "strength": edge.grade.strength,
        "evidence_level": edge.grade.evidence_level.name.lower(),
        "studies": edge.grade.studies,
        "supporting": len(edge.supporting),
        "disputing": len(edge.disputing),
        "inconclusive": len(edge.inconclusive),
        "other_settings": len(edge.other_settings),
        **({"knowledge_sources": text_of(tuple(sorted(sources)))} if sources else {}),
    }


def _steps(kg: KnowledgeGraph, paths: Iterable[Path]) -> list[dict[str, object]]:
    return [
        {
            "path": number,
            "step": place,
            "effect": path.effect,
            **_row(kg, step.association),
            "sign": int(step.sign),
        }
        for number, path in enumerate(paths, start=1)
        for place, step in enumerate(path.steps, start=1)
    ]


def _path_row(kg: KnowledgeGraph, path: Path) -> dict[str, object]:
    return {
        "effect": path.effect,
        "cost": path.cost,
        "strength": path.strength,
        "steps": len(path.steps),
        "evidence_level": path.evidence_level.name.lower(),
        "route": " → ".join(map(kg.name, path.entities)),
    }


def _blocked(kg: KnowledgeGraph, answer: BlockAnswer) -> list[dict[str, object]]:
    return [
        {"fate": fate, "path": number, **_path_row(kg, path)}
        for fate, paths in (("dies", answer.died), ("remains", answer.remaining))
        for number, path in enumerate(paths, start=1)
    ]


def _mediators(kg: KnowledgeGraph, answer: MediatorAnswer) -> list[dict[str, object]]:
    return [
        {
            "entity": mediator.entity,
            "name": kg.name(mediator.entity),
            "share": mediator.share,
            **_totals(mediator.through),
            "in_cut": mediator.entity in answer.cut,
        }
        for mediator in answer.mediators
    ]


def _totals(totals: Totals) -> dict[str, object]:
    return {
        "paths": totals.total,
        **totals.counts,
        **{f"strength_{effect}": strength for effect, strength in totals.strength.items()},
    }


def _influences(kg: KnowledgeGraph, answer: InfluenceAnswer) -> list[dict[str, object]]:
    return [
        {"entity": i.entity, "name": kg.name(i.entity), **_path_row(kg, i.path)}
        for i in answer.influences
    ]


# what an answer holds → its rows and their index
_ANSWERS: dict[str, tuple[Callable[[KnowledgeGraph, Any], list[dict[str, object]]], list[str]]] = {
    "paths": (lambda kg, answer: _steps(kg, answer.paths), ["path", "step"]),
    "loops": (lambda kg, answer: _steps(kg, answer.loops), ["path", "step"]),
    "died": (_blocked, ["fate", "path"]),
    "mediators": (_mediators, ["entity"]),
    "influences": (_influences, ["entity", "effect"]),
}


def to_networkx(
    kg: KnowledgeGraph, associations: Iterable[Association] | PathAnswer | None = None
) -> nx.MultiDiGraph[str]:
    """Return the associations as a networkx MultiDiGraph: all, some, or those on the paths of an answer.

    Nodes are CURIEs with ``name`` and ``category``; edges are keyed by association id and carry
    predicate, aspect, sign, grade, strength and the numbers of findings for and against; an edge without a
    sign or a strength has no such attribute, so that networkx can write it in every format. Entities
    without an association are left out.

    Parameters
    ----------
    kg
        The graph.
    associations
        Only these, or those on the paths of an answer; None for all.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> graph = mg.to_networkx(kg, mg.find_paths(kg, "MSC", "Th17 cell"))
    >>> graph.has_node("CL:0000134"), graph.is_directed()
    (True, True)
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    chosen: Any = kg.associations.values() if associations is None else associations
    for edge in getattr(chosen, "associations", chosen):
        for identifier in (edge.subject, edge.object):
            entity = kg.entities[identifier]
            graph.add_node(identifier, name=entity.name, category=entity.category)
        attributes = _edge(edge) | {"predicate": edge.predicate, "aspect": edge.aspect}
        said = {name: value for name, value in attributes.items() if value is not None}
        graph.add_edge(edge.subject, edge.object, key=edge.id, **said)
    return graph


def from_networkx(kg: KnowledgeGraph, graph: nx.MultiDiGraph[str]) -> KnowledgeGraph:
    """Return the slice of a graph that a networkx graph made of it holds: the inverse of `to_networkx`.

    What networkx cut out (a component, an ego graph, what a centrality chose) becomes a graph again, with
    all findings for and against its associations.

    Parameters
    ----------
    kg
        The graph that `to_networkx` was asked of.
    graph
        Some of its edges, keyed by association id.

    Raises
    ------
    NotFound
        When an edge is keyed by no association of the graph.

    Examples
    --------
    >>> import networkx as nx
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> near = nx.ego_graph(mg.to_networkx(kg), kg.entity("Th17 cell").id)
    >>> len(mg.from_networkx(kg, near).associations) >= near.number_of_edges() > 0
    True
    """
    return keep_associations(kg, [kg.association(key) for _, _, key in graph.edges(keys=True)])
