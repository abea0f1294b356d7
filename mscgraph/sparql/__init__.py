"""SPARQL at size: a store on disk, and any SPARQL 1.1 endpoint.

``local`` writes and opens stores on disk; ``endpoint`` asks what answers over HTTP and ``loading`` puts the
graph there, both through ``http``; ``asking`` is what stores on disk and endpoints can be asked.
"""

from mscgraph.sparql.endpoint import Endpoint, open_endpoint
from mscgraph.sparql.loading import put_graphs
from mscgraph.sparql.local import LocalStore, open_store, serve_line, write_store

__all__ = [
    "Endpoint",
    "LocalStore",
    "open_endpoint",
    "open_store",
    "put_graphs",
    "serve_line",
    "write_store",
]
