"""The formats that the graph can be written in, one module each, and what each cannot hold.

A format's module has one function, ``write(kg, target, form)``, where ``form`` is the format's name: it
writes a file (or fills a folder) at a path that is not yet in its place, and returns what it lost. The
frame moves a finished file or folder into its place, so that nothing is half-written, whichever format
fails and whyever.
"""

from __future__ import annotations

from mscgraph.named_tuples import NamedTuple


class Loss(NamedTuple):
    """Something that a format cannot hold.

    ``field`` names it in our words (``Finding.anchor``, ``Association.aspect``), ``records`` how
    many records of this graph it concerned (0 is no loss, and is left out), ``why`` what the format lacks.
    """

    field: str
    records: int
    why: str


class Format(NamedTuple):
    """One line of the table: what it is called, who opens it, and which module writes it.

    ``folder`` says that the format is several files; ``extra`` names the optional packages it needs, as
    in ``mscgraph[extra]``, or is empty. ``rdf12`` says that it can also be written as RDF 1.2,
    ``stated`` that it holds what other sources state with source, papers and licence.
    """

    name: str
    opens_in: str
    module: str
    folder: bool = False
    extra: str = ""
    rdf12: bool = False
    stated: bool = True


_RDF = "RDF stores and libraries"
_TABLE = (
    Format("turtle", _RDF, "triples", rdf12=True),
    Format("trig", _RDF, "triples", rdf12=True),
    Format("ntriples", _RDF, "triples", rdf12=True),
    Format("nquads", _RDF, "triples", rdf12=True),
    Format("rdfxml", _RDF, "triples"),
    Format("jsonld", _RDF, "triples"),
    Format("cx2", "Cytoscape, NDEx", "cx2"),
    Format("cyjs", "Cytoscape.js", "cyjs"),
    Format("graphml", "igraph, yEd, networkx, Gephi", "graphml"),
    Format("gexf", "Gephi", "graphml"),
    Format("dot", "GraphViz", "dot"),
    Format("sif", "Cytoscape, most network programs", "sif", stated=False),
    Format("indra", "INDRA", "indra"),
    Format("bel", "PyBEL, OpenBEL", "bel", stated=False),
    Format("void", "catalogues of data sets (VoID, DCAT, PROV)", "triples", stated=False),
    Format("nanopub", "nanopublication stores", "triples", folder=True, stated=False),
    Format("kgx", "KGX, Biolink pipelines", "kgx", folder=True),
    Format("kgx-jsonl", "KGX, Biolink pipelines", "kgx", folder=True),
    Format("csv", "spreadsheets, R, pandas", "delimited", folder=True),
    Format("tsv", "spreadsheets, R, pandas", "delimited", folder=True),
    Format("parquet", "pandas, DuckDB, Spark, R", "parquet", folder=True, extra="large"),
    Format("xlsx", "Excel, LibreOffice", "workbook", extra="xlsx"),
    Format("neo4j", "Neo4j", "neo4j", folder=True),
    Format("bibtex", "LaTeX, Zotero", "references"),
    Format("ris", "EndNote, Zotero, Mendeley", "references"),
    Format("csl-json", "Zotero, Pandoc, citeproc", "references"),
)
FORMATS = {form.name: form for form in _TABLE}
