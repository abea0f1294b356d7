"""Out into everybody's tools, and in from them, with nothing silently lost.

``export`` lists the formats, writes one whole or not at all, and says what was lost; ``part`` says what
of a slice is written, ``table_files`` what the tables hold and ``network`` what nodes and edges do;
``record_reading`` makes records into a graph again; every other module is the formats of one kind.
"""

from mscgraph.export.export import FORMATS, Export, Format, Loss, export, find_format
from mscgraph.export.record_reading import read_kgx, read_parquet

__all__ = ["FORMATS", "Export", "Format", "Loss", "export", "find_format", "read_kgx", "read_parquet"]
