"""Graphs past memory: the graph directory (Parquet), importers, the path index and mining."""
