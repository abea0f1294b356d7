"""The only package that knows the files of ``ontology/``: rows ⇄ records, in one canonical layout.

The layout is tab-separated UTF-8: a header line, one record a line, lists joined by ``|``, no quoting,
rows sorted by their first column, one newline at the end. ``mscgraph format`` restores it.

``folder`` says which files there are, ``rows`` turns cells into values and back and reads any table,
``reading`` all that make a graph, ``optional_tables`` the others; ``formatting`` writes. Nothing is
imported here: a question loads no writer of tables.
"""
