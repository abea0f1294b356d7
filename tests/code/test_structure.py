"""The shape of the code: no circles, no two files of one name, files of a size to read.

Each check returns its offences, and is seen to find one in a small tree made for it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import mscgraph
from mscgraph.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINES = 400
# A format is named after itself, once among the exports and once among the importers.
FORMAT_FOLDERS = {"export", "large/importers"}
# What the checks still find, to be emptied by who mends the part; nothing is added without a reason.
ALLOWED: dict[str, dict[str, str]] = {
    "circle": {},
    "name": {},
    "long file": {"schema.py": "one table, one column a block"},
}
Trees = dict[str, ast.Module]


def parsed(package: Path) -> Trees:
    """The files of a package by their place below it."""
    files = sorted(package.rglob("*.py"))
    return {f.relative_to(package).as_posix(): ast.parse(f.read_text(encoding="utf-8")) for f in files}


def imported(tree: ast.Module, trees: Trees) -> set[str]:
    """The files that a file imports at its top, also if only for type checking."""
    found = set()
    inside = {id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in inside:
            place = (node.module or "").removeprefix("mscgraph").strip(".").replace(".", "/")
            if not (node.module or "").startswith("mscgraph"):
                continue
            for name in node.names:
                choices = (f"{place}/{name.name}.py", f"{place}/{name.name}/__init__.py", f"{place}.py",
                           f"{place}/__init__.py")  # fmt: skip
                found |= {next(iter([c.lstrip("/") for c in choices if c.lstrip("/") in trees]), "")}
    return found - {""}


def circles(trees: Trees) -> Iterator[str]:
    """Files that import each other, directly or around several corners: one line a circle."""
    edges = {name: imported(tree, trees) for name, tree in trees.items()}
    reach: dict[str, set[str]] = {}
    for start in edges:
        seen, todo = set(), [start]
        while todo:
            for other in edges[todo.pop()] - seen:
                seen.add(other)
                todo.append(other)
        reach[start] = seen
    done: set[str] = set()
    for name in edges:
        if name in reach[name] and name not in done:
            members = {other for other in reach[name] if name in reach[other]}
            done |= members
            yield " ".join(sorted(members))


def shared_names(trees: Trees) -> Iterator[str]:
    """Two files of one name; a format may stand among exports and among importers."""
    places = defaultdict(list)
    for place in trees:
        folder, _, name = place.rpartition("/")
        if name not in ("__init__.py", "__main__.py"):
            places[name].append(folder)
    for name, folders in sorted(places.items()):
        if len(folders) > 1 and not (len(folders) == 2 and set(folders) == FORMAT_FOLDERS):
            yield f"{name} in {', '.join(folders)}"


def long_files(package: Path) -> Iterator[str]:
    for path in sorted(package.rglob("*.py")):
        if len(path.read_text(encoding="utf-8").splitlines()) > LINES:
            yield path.relative_to(package).as_posix()


CHECKS: dict[str, Callable[[Path], Iterator[str]]] = {
    "circle": lambda package: circles(parsed(package)),
    "name": lambda package: shared_names(parsed(package)),
    "long file": long_files,
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_package_has_no_such_offence(root: Path, check: str) -> None:
    found = set(CHECKS[check](root / "mscgraph"))
    assert found - ALLOWED[check].keys() == set(), f"new: {check}"


OFFENDERS = {
    "circle": {
        "a.py": "from mscgraph.b import c",
        "b.py": "if TYPE_CHECKING:\n    from mscgraph.a import d",
    },
    "name": {"x/one.py": "", "y/one.py": ""},
    "long file": {"a.py": "1\n" * (LINES + 1)},
}
HARMLESS = {
    "circle": {"a.py": "def f():\n    from mscgraph.b import c", "b.py": "from mscgraph.a import d"},
    "name": {
        "export/one.py": "",
        "large/importers/one.py": "",
        "x/__init__.py": "",
        "y/__init__.py": "",
    },
    "long file": {"a.py": "1\n" * LINES},
}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(("tree", "count"), [(OFFENDERS, 1), (HARMLESS, 0)], ids=["found", "let pass"])
def test_an_offence_is_seen(
    tmp_path: Path, check: str, tree: dict[str, dict[str, str]], count: int
) -> None:
    for name, text in tree[check].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert len(list(CHECKS[check](tmp_path))) == count


# -- names --------------------------------------------------------------------------------------------

PACKAGE = Path(mscgraph.__file__).parent
# Two files may define a public name where both are one thing.
TWICE = {
    "read": "one importer a source",
}
# Options of one name whose help differs, because the same thing is asked for in another place.
OPTIONS = {
    "--all": "all of what the command lists",
    "--count": "how many, of what the command lists",
    "--effect": "the net effect, of what the command lists",
    "--endpoint": "the address of a server: of queries, or of its Graph Store",
    "--json": "print JSON, where there is also --format or not",
    "--knowledge-source": "whose statements, to be imported or to be asked",
    "--list": "list instead of doing",
    "--kind": "which kind of what the command lists",
    "--memory-limit": "of DuckDB, or of a query",
    "--open": "open what was written",
    "--output": "what is written",
    "--predicate": "of findings, or of steps",
    "--report": "what did not fit",
    "--since": "a year of findings, or a day of papers",
    "--system": "of findings, or of steps",
    "--taxon": "of findings, or of steps",
    "--text": "a text of a paper",
    "--time-limit": "of a search, or of a query",
    "--title": "of what is written",
}


def exported(tree: ast.Module) -> set[str]:
    """The public functions and classes that a file defines itself: those in ``__all__``, if it has one."""
    defined = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return defined & set(ast.literal_eval(node.value))
    return {name for name in defined if not name.startswith("_")}


def names_of_two_things(trees: Trees) -> Iterator[str]:
    """A public name that two files define."""
    places = defaultdict(list)
    for place, tree in trees.items():
        for name in exported(tree):
            places[name].append(place)
    yield from (
        f"{name} in {', '.join(p)}" for name, p in places.items() if len(p) > 1 and name not in TWICE
    )


def options_of(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield max(parameter.opts, key=len), parameter.help or ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            yield from options_of(part, click.Context(part, info_name=name, parent=context))


def test_a_public_name_is_defined_once() -> None:
    assert list(names_of_two_things(parsed(PACKAGE))) == []


def test_a_name_of_two_things_is_seen() -> None:
    both = ast.parse("class Column: ...")
    assert list(names_of_two_things({"a.py": both, "b.py": both})) == ["Column in a.py, b.py"]


def test_no_public_names_differ_in_case_alone_unless_one_returns_the_other() -> None:
    names = defaultdict(set)
    for name in mscgraph.__all__:
        names[name.lower().replace("_", "")].add(name)
    assert [pair for pair in names.values() if len(pair) > 1] == []


def test_a_module_called_like_a_public_name_holds_it() -> None:
    """``mscgraph.explain`` the module and ``mscgraph.explain`` the function are about the same thing."""
    public = {name.lower().replace("_", ""): name for name in mscgraph.__all__}
    for place in parsed(PACKAGE):
        module = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        name = public.get(module.rpartition(".")[2].replace("_", ""))
        if name is not None:
            held = getattr(import_module(f"mscgraph.{module}"), name)
            assert held is getattr(mscgraph, name), place


def test_an_option_means_one_thing() -> None:
    helps = defaultdict(set)
    for name, text in options_of(main, click.Context(main, info_name="mscgraph")):
        helps[name].add(text)
    assert {name for name, texts in helps.items() if len(texts) > 1} == OPTIONS.keys()


# -- tests --------------------------------------------------------------------------------------------


# Names that only look private: how a named tuple and a Python class are asked for their parts.
OPEN = {"_replace", "_fields", "_asdict", "_make", "_repr_html_"}


def private_names(text: str) -> Iterator[str]:
    """The private names of ours that a test takes: imported, reached into, or patched by a path."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mscgraph"):
            yield from (n.name for n in node.names if n.name.startswith("_"))
        elif isinstance(node, ast.Attribute) and node.attr not in OPEN:
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "os")
            if node.attr.startswith("_") and not node.attr.startswith("__") and not own:
                yield node.attr
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("patch", "setattr", "patch.object")
        ):
            for argument in node.args:
                value = argument.value if isinstance(argument, ast.Constant) else ""
                last = str(value).rpartition(".")[2]
                if last.startswith("_") and not last.startswith("__") and last not in OPEN:
                    yield last


def test_no_test_takes_a_private_name(root: Path) -> None:
    found = {
        f"{path.relative_to(root).as_posix()} {name}"
        for folder in ("tests", "benchmarks")
        for path in sorted((root / folder).rglob("*.py"))
        for name in private_names(path.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from mscgraph.rdf import _bind, query", ["_bind"]),
        ("kg._tables.findings", ["_tables"]),
        ("patch('mscgraph.rdf.query._bind')", ["_bind"]),
        ("monkeypatch.setattr(digest, '_place', 1)", ["_place"]),
        ("finding._replace(id='x')\nself._kept\nkg.__class__", []),
    ],
)
def test_a_private_name_is_seen(text: str, names: list[str]) -> None:
    assert list(private_names(text)) == names
