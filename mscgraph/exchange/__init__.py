"""Out into everybody's tools, and in from them, with nothing silently lost: one module a format.

``formats`` is the table of formats, ``export`` writes one whole or not at all; every other module is a
format.
"""

from mscgraph.exchange.export import Export, export, find_format
from mscgraph.exchange.formats import FORMATS, Format, Loss

__all__ = ["FORMATS", "Export", "Format", "Loss", "export", "find_format"]
