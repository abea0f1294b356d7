"""The public interface: ``__all__`` is what is exposed, each name has an example, importing is cheap."""

import ast
import doctest
import inspect
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import mscgraph
import mscgraph.paths

HEAVY = (
    "click", "duckdb", "jinja2", "networkx", "numpy", "pandas", "pyarrow", "pyoxigraph",
    "pyshacl", "pyspark", "pyvis", "rdflib", "requests", "xlsxwriter",
)  # fmt: skip


def loaded_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after running ``code``."""
    script = (
        f"{code}\nimport sys, json; print(json.dumps(sorted(m.split('.')[0] for m in sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_all_is_what_is_exposed() -> None:
    assert list(mscgraph.__all__) == sorted(mscgraph.__all__)
    for name in mscgraph.__all__:
        assert getattr(mscgraph, name) is not None
    assert {*mscgraph.HOMES, "__version__"} == set(mscgraph.__all__) == set(dir(mscgraph))


@pytest.mark.parametrize("package", [mscgraph, mscgraph.paths], ids=lambda p: p.__name__)
def test_checkers_and_editors_see_what_is_loaded_late(package: ModuleType) -> None:
    """Each name stands in three lists: what type checkers import, where it is loaded from, ``__all__``."""
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    block = next(
        n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"
    )
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = {(f"{node.module}", name.name) for node in imports for name in node.names}
    late = {(f"{package.__name__}.{module}", name) for name, module in package.HOMES.items()}
    assert seen == late
    assert {name for _, name in late} | {"__version__"} == {*package.__all__, "__version__"}
    for _, name in late:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        package.nothing_of_the_kind  # noqa: B018


PUBLIC = sorted(set(mscgraph.__all__) - {"__version__"})
# Examples that need a server; every other one runs.
SKIPPED = {"open_endpoint", "put_graphs"}


def test_the_public_names_are_as_many_as_one_can_look_through() -> None:
    assert len(PUBLIC) <= 80, "what is rarely named in code stays in its module"


@pytest.mark.parametrize("name", PUBLIC)
def test_the_example_of_a_public_name_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs as it stands, in an empty folder, and prints what it says it prints."""
    monkeypatch.chdir(tmp_path)
    text = inspect.cleandoc(getattr(mscgraph, name).__doc__)
    assert "\nExamples\n--------\n>>> " in text, f"{name} has no example"
    assert ("doctest: +SKIP" in text) == (name in SKIPPED)
    test = doctest.DocTestParser().get_doctest(text, {}, name, None, None)
    report = io.StringIO()
    assert not doctest.DocTestRunner().run(test, out=report.write).failed, report.getvalue()


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_function_says_what_it_takes_and_returns(name: str) -> None:
    if not inspect.isfunction(function := getattr(mscgraph, name)):
        return
    text = inspect.cleandoc(function.__doc__ or "")
    parameters = inspect.signature(function).parameters
    section = text.partition("Parameters\n----------\n")[2].partition("\n\n")[0].splitlines()
    named = {part.strip(" *") for line in section if line[:1] != " " for part in line.split(",")}
    assert len(parameters) == 1 or not parameters.keys() - named
    summary = text.partition("\n\n")[0]
    assert "Returns\n-------\n" in text or re.search(r"[Rr]eturn ", summary)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        mscgraph.nothing_of_the_kind  # noqa: B018


def test_import_loads_nothing_heavy() -> None:
    assert not loaded_after("import mscgraph") & set(HEAVY)


def test_the_path_room_loads_nothing_heavy() -> None:
    assert not loaded_after("import mscgraph.paths") & set(HEAVY)


def test_a_path_question_loads_nothing_heavy() -> None:
    code = "import mscgraph as mg; mg.find_paths(mg.load(), 'MSC', 'Th17 cell')"
    assert not loaded_after(code) & set(HEAVY)


def test_the_command_line_loads_click_alone() -> None:
    code = (
        "import contextlib, io\nfrom mscgraph.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main(['paths', 'MSC', 'Th17 cell', '--json'])"
    )
    assert loaded_after(code) & {*HEAVY, "pathlib", "_hashlib"} == {"click"}


# What a path question loads of ours: each module is read at every start.
ON_THE_WAY = {
    "": "cli errors explain graph lazy model named_tuples paths schema tables text",
    "cli": "main options output path_questions streams",
    "explain": "explained explanation written words",
    "graph": "associating conflicts entities filtering grading knowledge parts",
    "paths": "answer conditions deadline demonstrated direct edges engines path search",
    "tables": "folder reading rows",
    "text": "curie names",
}


def test_a_path_question_loads_these_modules() -> None:
    code = (
        "import contextlib, io, sys\nfrom mscgraph.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main(['paths', 'MSC', 'Th17 cell'])\n"
        "print(*(name for name in sys.modules if name.startswith('mscgraph.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    expected = {
        f"mscgraph.{package}.{name}".replace("..", ".")
        for package, names in ON_THE_WAY.items()
        for name in names.split()
    }
    assert set(done.stdout.split()) == expected


def test_the_version_is_one(root: Path) -> None:
    assert f"version: {mscgraph.__version__}\n" in (root / "CITATION.cff").read_text()
    assert f"## {mscgraph.__version__}" in (root / "CHANGELOG.md").read_text()


def test_a_path_question_loads_no_other_answer() -> None:
    code = (
        "import mscgraph as mg, sys; str(mg.explain(kg := mg.load(), mg.find_paths(kg, 'MSC', 'EAE')))\n"
        "assert not {'mscgraph.paths.interventions', 'mscgraph.explain.summaries'} & set(sys.modules)\n"
        "import mscgraph.paths as p, types\n"
        "assert all(callable(getattr(p, name)) for name in p.__all__), 'a module hides a function'"
    )
    loaded_after(code)


def test_a_room_does_not_hide_the_function_of_its_name() -> None:
    code = (
        "import mscgraph.graph.stats, mscgraph as mg\n"
        "assert callable(mg.stats) and mg.stats(mg.load())['findings']"
    )
    loaded_after(code)
