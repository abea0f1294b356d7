"""Imports go only downwards, and heavy libraries only where they may."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

LAYERS = [
    {"named_tuples"},
    {"schema"},
    {"errors", "model", "lazy"},
    {"working_folders"},
    {"text", "files", "biolink", "web"},
    {"tables"},
    {"graph"},
    {"paths", "rdf", "render"},
    {"explain"},
    {"large", "page", "figure"},
    {"curate", "export", "sparql"},
    {"site"},
    {"serve"},
    {"__init__"},
    {"cli"},
    {"__main__"},
]
MAY_LOAD = {
    "cairosvg": {"figure"},
    "click": {"cli"},
    "curies": {"large/importers"},
    "duckdb": {"large"},
    "jinja2": {"page", "serve", "site"},
    "mcp": {"serve"},
    "networkx": {"graph/views.py", "paths/interventions.py", "export/network_formats.py"},
    "numpy": {"large/index"},
    "oxrdflib": {"rdf"},
    "pandas": {"graph/views.py"},
    "platformdirs": {"curate/services"},
    "pptx": {"figure/slides.py"},
    "pyarrow": {"export", "large"},
    "pyoxigraph": {"rdf", "serve", "sparql"},
    "pyshacl": {"rdf"},
    "pyspark": {"large/mining/spark_engine.py"},
    "pyvis": {"page"},
    "rapidfuzz": {"text"},
    "rdflib": {"rdf"},
    "requests": {"sparql", "web"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
    "xlsxwriter": {"export"},
}
# Within one layer, or for now upwards: each pair is a wall that still has to be built.
NEIGHBOURS = {
    ("large", "export"),
    ("graph", "rdf"),
}
LAYER_OF = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}


def room_of(path: Path, package: Path) -> str:
    return path.relative_to(package).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Imported module, line, and whether only for type checking."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno, id(node) in typing_only) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno, id(node) in typing_only


def offences(package: Path) -> Iterator[str]:
    for path in sorted(package.rglob("*.py")):
        room = room_of(path, package)
        rooms = {
            room,
            path.relative_to(package).as_posix(),
            path.relative_to(package).parent.as_posix(),
        }
        for module, line, typing_only in imports(path):
            top, _, rest = module.partition(".")
            place = f"{path.relative_to(package)}:{line}"
            if top == "mscgraph":
                other = rest.split(".")[0] or "__init__"
                if other == room or typing_only or other not in LAYER_OF or room == "__init__":
                    continue
                higher = LAYER_OF[other] > LAYER_OF[room]
                beside = LAYER_OF[other] == LAYER_OF[room]
                if (higher or beside) and (room, other) not in NEIGHBOURS:
                    yield f"{place}: {room} imports {other}, which is not below it"
            elif top in MAY_LOAD and not rooms & MAY_LOAD[top] and not typing_only:
                yield f"{place}: {room} may not load {top}"


def test_every_room_has_a_layer(root: Path) -> None:
    package = root / "mscgraph"
    rooms = {room_of(path, package) for path in package.rglob("*.py")}
    assert rooms == set(LAYER_OF)


def test_imports_go_downwards(root: Path) -> None:
    assert list(offences(root / "mscgraph")) == []


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("model.py", "import pandas"),
        ("model.py", "from mscgraph.graph import load"),
        ("graph/conflicts.py", "def f():\n    from mscgraph.page import write_page"),
        ("paths/search.py", "import networkx"),
        ("paths/search.py", "def f():\n    import numpy"),
    ],
)
def test_an_upward_import_is_seen(tmp_path: Path, room: str, line: str) -> None:
    (tmp_path / room).parent.mkdir(exist_ok=True)
    (tmp_path / room).write_text(line, encoding="utf-8")
    assert len(list(offences(tmp_path))) == 1


def test_no_room_says_nothing(root: Path) -> None:
    names = {path.stem for path in (root / "mscgraph").rglob("*.py")}
    assert not names & {"utils", "util", "helpers", "common", "core", "misc"}
