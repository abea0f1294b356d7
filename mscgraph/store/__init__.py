"""SPARQL at size: a store on disk, and any SPARQL 1.1 endpoint.

``local`` writes and opens stores on disk; ``endpoint`` asks and loads what answers over HTTP, through
``http`` and with ``credentials``; ``asking`` is what both can be asked, and ``neighbourhood`` fetches
what a path question there can touch.
"""

from mscgraph.store.endpoint import Endpoint, open_endpoint, put_graphs
from mscgraph.store.local import LocalStore, open_store, serve_line, write_store

__all__ = [
    "Endpoint",
    "LocalStore",
    "open_endpoint",
    "open_store",
    "put_graphs",
    "serve_line",
    "write_store",
]
