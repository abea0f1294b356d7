"""npm's jsonld reads our JSON-LD as the same graph as Oxigraph reads our TriG."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from mscgraph.graph import KnowledgeGraph
from mscgraph.rdf.formats import serialize

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def node(node_package: Callable[[str], str]) -> str:
    return node_package("jsonld")


def test_jsonld_is_the_same_dataset_for_npm(kg: KnowledgeGraph, node: str) -> None:
    done = subprocess.run(
        [node, "canonize.js"], input=serialize(kg, "jsonld"), capture_output=True, cwd=HERE, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    ours = ox.Dataset(ox.parse(serialize(kg, "trig"), format=ox.RdfFormat.TRIG))
    ours.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    theirs = set(ox.parse(done.stdout, format=ox.RdfFormat.N_QUADS))
    assert theirs == set(ours)
    assert len(theirs) > 1000
