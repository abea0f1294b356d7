"""mscgraph: how mesenchymal stem/stromal cells modulate immunity, with the evidence for and against.

>>> import mscgraph as mg
>>> answer = mg.find_paths(mg.load(), "MSC", "Th17 cell", effect="decrease")

This is the one public door. Names are loaded when they are first used, so importing the package costs
next to nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mscgraph.lazy import homes, load_late, provide

if TYPE_CHECKING:
    from mscgraph.curate import (
        AnswerChange,
        Change,
        Changes,
        Draft,
        Duplicate,
        Gap,
        diff,
        draft,
        draft_row,
        duplicates,
        gaps,
        sign,
        unreviewed,
    )
    from mscgraph.curate.checks import format_tables, validate, verify_anchors
    from mscgraph.errors import (
        AmbiguousName,
        CurieError,
        DanglingReference,
        DataError,
        EndpointError,
        MissingExtra,
        MscGraphError,
        NotFound,
        OutputError,
        QueryError,
        TableError,
        UnusableIndex,
        ValidationFailed,
    )
    from mscgraph.explain import (
        Evidence,
        ExplainedPath,
        ExplainedStep,
        Explanation,
        Reference,
        explain,
        to_bibtex,
    )
    from mscgraph.export import Export, Format, Loss, export, read_kgx, read_parquet
    from mscgraph.graph import KnowledgeGraph, keep_matching, load
    from mscgraph.graph.conflicts import Conflict, Difference, find_conflicts
    from mscgraph.graph.stats import stats
    from mscgraph.graph.views import from_networkx, to_frame, to_networkx
    from mscgraph.large.directory import MergedGraph, merge_graphs, open_graph, write_graph
    from mscgraph.large.importers import Import, import_graph
    from mscgraph.large.mining import Mined, MinedMediator, MinedSummary, mine, summarize_mined
    from mscgraph.model import (
        Aspect,
        Association,
        Entity,
        Finding,
        Grade,
        KnowledgeSource,
        Predicate,
        PredicateKind,
        Problem,
        Publication,
        Reason,
        Rung,
        Sign,
        Term,
    )
    from mscgraph.page import Overlay, read_overlay, write_page
    from mscgraph.paths import (
        BlockAnswer,
        Conditions,
        Influence,
        InfluenceAnswer,
        LoopAnswer,
        Mediator,
        MediatorAnswer,
        Path,
        PathAnswer,
        Setting,
        Step,
        Totals,
        block,
        downstream,
        find_loops,
        find_paths,
        keep_paths,
        mediators,
        upstream,
    )
    from mscgraph.rdf import QueryLimits, from_rdf, load_questions, query, read_rdf, to_rdf, write_rdf
    from mscgraph.site import write_site
    from mscgraph.sparql import (
        Endpoint,
        LocalStore,
        open_endpoint,
        open_store,
        put_graphs,
        write_store,
    )
    from mscgraph.text.anchors import anchor

__version__ = "0.1.0"

# Which room holds each public name. The version is a constant because importlib.metadata costs four bare
# interpreter starts.
MODULES = {
    "text.anchors": ("anchor",),
    "graph.conflicts": ("Conflict", "Difference", "find_conflicts"),
    "curate": (
        "AnswerChange", "Change", "Changes", "Draft", "Duplicate", "Gap", "diff", "draft",
        "draft_row", "duplicates", "gaps", "sign", "unreviewed",
    ),
    "errors": (
        "AmbiguousName", "CurieError", "DanglingReference", "DataError", "EndpointError",
        "MissingExtra", "MscGraphError", "NotFound", "OutputError", "QueryError", "TableError",
        "UnusableIndex", "ValidationFailed",
    ),
    "export": ("Export", "Format", "Loss", "export", "read_kgx", "read_parquet"),
    "graph": ("KnowledgeGraph", "keep_matching", "load"),
    "large.importers": ("Import", "import_graph"),
    "large.directory": ("MergedGraph", "merge_graphs", "open_graph", "write_graph"),
    "large.mining": ("Mined", "MinedMediator", "MinedSummary", "mine", "summarize_mined"),
    "model": (
        "Aspect", "Association", "Entity", "Finding", "Grade", "KnowledgeSource", "Predicate",
        "PredicateKind", "Problem", "Publication", "Reason", "Rung", "Sign", "Term",
    ),
    "page": ("Overlay", "read_overlay", "write_page"),
    "explain": (
        "Evidence", "ExplainedPath", "ExplainedStep", "Explanation", "Reference", "explain",
        "to_bibtex",
    ),
    "paths": (
        "BlockAnswer", "Conditions", "Influence", "InfluenceAnswer", "LoopAnswer", "Mediator",
        "MediatorAnswer", "Path", "PathAnswer", "Setting", "Step", "Totals", "block", "downstream",
        "find_loops", "find_paths", "keep_paths", "mediators", "upstream",
    ),
    "rdf": ("QueryLimits", "from_rdf", "load_questions", "query", "read_rdf", "to_rdf", "write_rdf"),
    "site": ("write_site",),
    "curate.checks": ("format_tables", "validate", "verify_anchors"),
    "graph.stats": ("stats",),
    "sparql": (
        "Endpoint", "LocalStore", "open_endpoint", "open_store", "put_graphs", "write_store",
    ),
    "graph.views": ("from_networkx", "to_frame", "to_networkx"),
}  # fmt: skip
_HOME = homes(MODULES)

__all__ = [
    "AmbiguousName",
    "AnswerChange",
    "Aspect",
    "Association",
    "BlockAnswer",
    "Change",
    "Changes",
    "Conditions",
    "Conflict",
    "CurieError",
    "DanglingReference",
    "DataError",
    "Difference",
    "Draft",
    "Duplicate",
    "Endpoint",
    "EndpointError",
    "Entity",
    "Evidence",
    "ExplainedPath",
    "ExplainedStep",
    "Explanation",
    "Export",
    "Finding",
    "Format",
    "Gap",
    "Grade",
    "Import",
    "Influence",
    "InfluenceAnswer",
    "KnowledgeGraph",
    "KnowledgeSource",
    "LocalStore",
    "LoopAnswer",
    "Loss",
    "Mediator",
    "MediatorAnswer",
    "MergedGraph",
    "Mined",
    "MinedMediator",
    "MinedSummary",
    "MissingExtra",
    "MscGraphError",
    "NotFound",
    "OutputError",
    "Overlay",
    "Path",
    "PathAnswer",
    "Predicate",
    "PredicateKind",
    "Problem",
    "Publication",
    "QueryError",
    "QueryLimits",
    "Reason",
    "Reference",
    "Rung",
    "Setting",
    "Sign",
    "Step",
    "TableError",
    "Term",
    "Totals",
    "UnusableIndex",
    "ValidationFailed",
    "__version__",
    "anchor",
    "block",
    "diff",
    "downstream",
    "draft",
    "draft_row",
    "duplicates",
    "explain",
    "export",
    "find_conflicts",
    "find_loops",
    "find_paths",
    "format_tables",
    "from_networkx",
    "from_rdf",
    "gaps",
    "import_graph",
    "keep_matching",
    "keep_paths",
    "load",
    "load_questions",
    "mediators",
    "merge_graphs",
    "mine",
    "open_endpoint",
    "open_graph",
    "open_store",
    "put_graphs",
    "query",
    "read_kgx",
    "read_overlay",
    "read_parquet",
    "read_rdf",
    "sign",
    "stats",
    "summarize_mined",
    "to_bibtex",
    "to_frame",
    "to_networkx",
    "to_rdf",
    "unreviewed",
    "upstream",
    "validate",
    "verify_anchors",
    "write_graph",
    "write_page",
    "write_rdf",
    "write_site",
    "write_store",
]


class _Door(ModuleType):
    """Keeps a room from hiding what is exposed under its name: ``mg.explain`` is the function."""

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _HOME or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door


def _draw(record: object) -> str:
    from mscgraph.page.frame import frame

    return frame(record)


def _index(kg: KnowledgeGraph, part: KnowledgeGraph, name: Any, progress: Any) -> Any:
    from mscgraph.large.index.engine import open_graph_index

    return open_graph_index(kg, part, name, progress)


# What draws graphs and answers in notebooks, and what searches large graphs, loads when it is asked for.
provide("html", _draw)
provide("path index", _index)


__getattr__ = load_late(__name__, _HOME)


def __dir__() -> list[str]:
    return sorted(__all__)
