"""Signed mechanism paths: find them, count them, explain them.

``search`` is the exact search over plain edges, ``answer`` turns a question about a knowledge graph into
one and its result into typed paths, ``explain`` puts an answer into words.
"""

from mscgraph.paths.answer import Path, PathAnswer, Setting, Step, find_paths
from mscgraph.paths.explain import explain_paths

__all__ = ["Path", "PathAnswer", "Setting", "Step", "explain_paths", "find_paths"]
