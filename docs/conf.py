"""The documentation site; ``make docs`` builds it.

The pages on Python, columns and stored questions are made from the program, so none can be out of date.
"""

import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

import mscgraph as mg
from mscgraph.graph.stats import data_version
from mscgraph.rdf.query import load_questions
from mscgraph.schema import Entity, Finding, Publication, columns_of

sys.path.insert(0, str(Path(__file__).parent))
from croissant import croissant

project = "mscgraph"
author = "The mscgraph authors"
copyright = "The mscgraph authors. Code: MIT. Data: CC BY 4.0"  # noqa: A001 - Sphinx's name
release = version = mg.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "pydata_sphinx_theme"
html_title = "mscgraph"
html_sidebars = {
    page: [] for page in ("gallery", "performance", "scaling", "contributing")
}  # no pages below
html_show_sourcelink = False
html_theme_options = {
    "navigation_with_keys": False, "show_toc_level": 2, "footer_start": ["copyright"],
    # The theme's wider search field has a label that its text does not say.
    "navbar_persistent": ["search-button"],
}  # fmt: skip
nitpicky = False
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_rtype = False
suppress_warnings = [
    "myst.xref_missing"  # files of the repository outside docs/; tests/docs checks that each exists
]


# Public names under what a reader wants to do, by the package that defines them.
GROUPS = {
    "Load, look up and filter": ("graph",),
    "Paths and mechanisms": ("paths", "explain"),
    "Records": ("model", "schema"),
    "RDF and SPARQL": ("rdf", "sparql"),
    "Exports, page, site and figure": ("export", "page", "site", "figure"),
    "Large graphs": ("large",),
    "Curation": ("curate", "text"),
    "Errors": ("errors",),
}
MADE = "% Made by docs/conf.py when the site is built; do not edit.\n"


def write_pages(folder: Path) -> None:
    """Write the pages on Python, columns and stored questions."""
    folder.mkdir(exist_ok=True)
    pages = {"python.md": _python(), "columns.md": _columns(), "stored-questions.md": _questions()}
    for name, text in pages.items():
        target = folder / name
        if not target.exists() or target.read_text(encoding="utf-8") != MADE + text:
            target.write_text(MADE + text, encoding="utf-8")


def draw_pages(folder: Path) -> None:
    """Draw the gallery, and describe the tables as Croissant."""
    kg = mg.load()
    mg.write_figure(kg, "MSC", "Th17 cell", folder / "msc-th17.svg")
    mg.write_figure(mg.keep_matching(kg, taxon="human"), "MSC", "NK cell", folder / "msc-nk.svg")
    mg.write_figure(kg, "MSC", "Treg", folder / "msc-treg.svg")
    text = croissant(Path(__file__).parents[1] / "ontology", f"{release}+{data_version(kg)}")
    (folder / "croissant.json").write_text(text, encoding="utf-8")


def _python() -> str:
    packages: dict[str, list[str]] = {}
    for name in sorted(set(mg.__all__) - {"__version__"}):
        packages.setdefault(getattr(mg, name).__module__.split(".")[1], []).append(name)
    parts = ["# Python\n\nEverything public is a name of `mscgraph`: `import mscgraph as mg`.\n"]
    for title, wanted in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_directive(name) for package in wanted for name in packages.pop(package, ())]
    if packages:
        parts.append("## More\n")
        parts += [_directive(name) for names in packages.values() for name in names]
    return "\n".join(parts)


def _directive(name: str) -> str:
    value = getattr(mg, name)
    kind, options = "autodata", ""
    if isinstance(value, type):
        kind = "autoexception" if issubclass(value, Exception) else "autoclass"
        options = "" if kind == "autoexception" else ":members:\n"
    elif callable(value):
        kind = "autofunction"
    return (
        f"```{{eval-rst}}\n.. {kind}:: mscgraph.{name}\n"
        + (f"   {options}" if options else "")
        + "```\n"
    )


def _columns() -> str:
    parts = [
        "# Columns\n\nMade from `mscgraph/schema.py`, which tables, checks and exports read too.\n"
    ]
    for title, record in (("Findings", Finding), ("Entities", Entity), ("Publications", Publication)):
        parts.append(f"## {title}\n\n| column | what it says | RDF property |\n|---|---|---|")
        parts += [
            f"| `{column.name}` | {_cell(f'{column.definition} {column.advice}'.strip())} "
            f"| `{column.rdf or 'mscgraph:' + column.name}` |"
            for column in columns_of(record).values()
        ]
        parts.append("")
    return "\n".join(parts)


def _questions() -> str:
    questions = load_questions(mg.load())
    lines = [
        f"# Stored questions\n\n{len(questions)} questions in SPARQL: `mscgraph query --name NAME`.\n",
        "| name | what it asks | parameters |",
        "|---|---|---|",
    ]
    for name, question in questions.items():
        parameters = ", ".join(f"`{one.name}`" for one in question.parameters)
        lines.append(f"| `{name}` | {_cell(question.title)} | {parameters} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def skip(_app: Sphinx, _what: str, _name: str, member: object, skipped: bool, _options: Any) -> bool:  # noqa: FBT001
    """Leave out the fields of records: their meaning stands in the record's docstring."""
    return skipped or type(member).__name__ == "_tuplegetter"


def setup(app: Sphinx) -> None:
    """Write the pages that are made from the program, before the sources are listed."""
    app.connect("autodoc-skip-member", skip)
    folder = Path(__file__).parent / "generated"
    app.connect("config-inited", lambda _app, _config: (write_pages(folder), draw_pages(folder)))
