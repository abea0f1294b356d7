"""mscgraph: how mesenchymal stem/stromal cells modulate immunity, with the evidence for and against.

>>> import mscgraph as mg
>>> answer = mg.find_paths(mg.load(), "MSC", "Th17 cell", effect="decrease")

These names are the public interface; the types of what an answer holds are in its module, such as
:mod:`mscgraph.paths`. Names are loaded when they are first used, so the import takes a millisecond.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mscgraph.lazy import homes, load_late, provide

if TYPE_CHECKING:
    from mscgraph.curate import diff, draft, duplicates, gaps, review, unreviewed, verify_anchors
    from mscgraph.curate.checks import format_tables, validate
    from mscgraph.errors import (
        AmbiguousName,
        DataError,
        EndpointError,
        MissingExtra,
        MscGraphError,
        NotFound,
        OutputError,
        QueryError,
        ValidationFailed,
    )
    from mscgraph.explain.bibtex import to_bibtex
    from mscgraph.explain.claims import check_claim
    from mscgraph.explain.explained import Explanation
    from mscgraph.explain.explanation import explain
    from mscgraph.export import export, read_kgx, read_parquet
    from mscgraph.figure import write_figure
    from mscgraph.graph import KnowledgeGraph, keep_matching, load
    from mscgraph.graph.comparison import Comparison, compare
    from mscgraph.graph.conflicts import Conflict, Dependence, find_conflicts, find_dependences
    from mscgraph.graph.stats import stats
    from mscgraph.graph.trials import Trial, find_trials
    from mscgraph.graph.views import from_networkx, to_frame, to_networkx
    from mscgraph.large.directory import MergedGraph, merge_graphs, open_graph, write_graph
    from mscgraph.large.importers import import_graph
    from mscgraph.large.mining import mine, summarize_mined
    from mscgraph.model import (
        Association,
        Entity,
        Finding,
        Grade,
        Predicate,
        Problem,
        Publication,
        Sign,
    )
    from mscgraph.page import read_overlay, write_page
    from mscgraph.paths import (
        Conditions,
        Path,
        PathAnswer,
        block,
        downstream,
        find_loops,
        find_paths,
        keep_paths,
        mediators,
        upstream,
    )
    from mscgraph.rdf.formats import to_rdf, write_rdf
    from mscgraph.rdf.limits import QueryLimits
    from mscgraph.rdf.query import query
    from mscgraph.rdf.read import from_rdf, read_rdf
    from mscgraph.site import write_site
    from mscgraph.sparql import open_endpoint, open_store, put_graphs, write_store
    from mscgraph.text.anchors import anchor

__version__ = "0.1.0"

# Which module holds each public name. The version is a constant because importlib.metadata costs four bare
# interpreter starts.
HOMES = homes("""
curate diff draft duplicates gaps review unreviewed verify_anchors
curate.checks format_tables validate
errors AmbiguousName DataError EndpointError MissingExtra MscGraphError NotFound OutputError
errors QueryError ValidationFailed
explain.bibtex to_bibtex
explain.claims check_claim
explain.explained Explanation
explain.explanation explain
export export read_kgx read_parquet
graph KnowledgeGraph keep_matching load
graph.comparison Comparison compare
graph.conflicts Conflict Dependence find_conflicts find_dependences
graph.stats stats
graph.trials Trial find_trials
graph.views from_networkx to_frame to_networkx
large.directory MergedGraph merge_graphs open_graph write_graph
large.importers import_graph
large.mining mine summarize_mined
model Association Entity Finding Grade Predicate Problem Publication Sign
figure write_figure
page read_overlay write_page
paths Conditions Path PathAnswer block downstream find_loops find_paths keep_paths mediators
paths upstream
rdf.formats to_rdf write_rdf
rdf.limits QueryLimits
rdf.query query
rdf.read from_rdf read_rdf
site write_site
sparql open_endpoint open_store put_graphs write_store
text.anchors anchor
""")

__all__ = [
    "AmbiguousName", "Association", "Comparison", "Conditions", "Conflict", "DataError", "Dependence",
    "EndpointError", "Entity", "Explanation", "Finding", "Grade", "KnowledgeGraph", "MergedGraph",
    "MissingExtra", "MscGraphError", "NotFound", "OutputError", "Path", "PathAnswer", "Predicate",
    "Problem", "Publication", "QueryError", "QueryLimits", "Sign", "Trial", "ValidationFailed",
    "__version__", "anchor", "block", "check_claim", "compare", "diff", "downstream", "draft",
    "duplicates", "explain", "export", "find_conflicts", "find_dependences", "find_loops", "find_paths",
    "find_trials", "format_tables", "from_networkx", "from_rdf", "gaps", "import_graph",
    "keep_matching", "keep_paths", "load", "mediators", "merge_graphs", "mine", "open_endpoint",
    "open_graph", "open_store", "put_graphs", "query", "read_kgx", "read_overlay", "read_parquet",
    "read_rdf", "review", "stats", "summarize_mined", "to_bibtex", "to_frame", "to_networkx", "to_rdf",
    "unreviewed", "upstream", "validate", "verify_anchors", "write_figure", "write_graph", "write_page",
    "write_rdf", "write_site", "write_store",
]  # fmt: skip


class _Package(ModuleType):
    """Keeps a module from hiding the function of its name: ``mg.explain`` is the function."""

    def __setattr__(self, name: str, value: object) -> None:
        if name not in HOMES or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def _draw(record: object) -> str:
    from mscgraph.page import frame

    return frame(record)


def _index(kg: KnowledgeGraph, part: KnowledgeGraph, name: Any, progress: Any) -> Any:
    from mscgraph.large.index.engine import open_graph_index

    return open_graph_index(kg, part, name, progress)


# What draws graphs and answers in notebooks, and what searches large graphs, loads when it is asked for.
provide("html", _draw)
provide("path index", _index)


if not TYPE_CHECKING:  # a checker then names what is misspelt
    __getattr__ = load_late(__name__, HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
