"""Out into everybody's tools, and in from them, with nothing silently lost: one module a format.

``format_table`` lists the formats, ``export`` writes one whole or not at all, and says what was
lost; ``part`` says what of a slice is written, ``columns`` what the tables hold, ``record_reading``
makes records into a graph again; every other module is a format.
"""

from mscgraph.export.export import Export, export, find_format
from mscgraph.export.format_table import FORMATS, Format, Loss
from mscgraph.export.kgx_reading import read_kgx
from mscgraph.export.parquet import read_parquet

__all__ = ["FORMATS", "Export", "Format", "Loss", "export", "find_format", "read_kgx", "read_parquet"]
