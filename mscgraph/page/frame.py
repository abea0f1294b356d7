"""A graph or an answer inside a notebook: the explorer page in a frame of its own.

The page comes as the text of the frame (``srcdoc``), so nothing is fetched; the frame is sandboxed, so its
script sees neither the notebook nor what the notebook is allowed to do.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

from mscgraph.graph import KnowledgeGraph
from mscgraph.paths import PathAnswer
from mscgraph.render.drawing import choose_contents

__all__ = ["MOST_FINDINGS", "frame"]

# A notebook keeps every frame it drew: this many findings are a megabyte.
MOST_FINDINGS = 5000
_HEIGHT = 640


def frame(record: object) -> str:
    """Return a graph or a path answer as an HTML frame, or a sentence where it is too large to read.

    Raises
    ------
    TypeError
        When the record is neither.
    """
    if isinstance(record, PathAnswer):
        kg, contents = record.kg, choose_contents(record.kg, answer=record)
        title = f"From {kg.name(record.source)} to {kg.name(record.target)}"
        how = "mg.write_page(kg, &quot;answer.html&quot;, answer=answer)"
    elif isinstance(record, KnowledgeGraph):
        kg = record
        whole = choose_contents(kg)
        contents = replace(whole, entities=whole.drawn)  # those that findings are about
        title = f"{len(kg.findings):,} findings on {len(kg.associations):,} associations"
        how = "mg.write_page(kg, &quot;graph.html&quot;)"
    else:
        raise TypeError(f"a {type(record).__name__} cannot be drawn")
    if sum(len(association.findings) for association in contents.associations) > MOST_FINDINGS:
        return (
            f"<p>{escape(title)}: more than the {MOST_FINDINGS:,} findings that a notebook should keep. "
            f"<code>{how}</code> writes the explorer, "
            "which begins with a search; <code>kg.keep_settings(…)</code>, "
            "<code>kg.keep_findings(…)</code> and <code>mg.keep_paths(…)</code> make a smaller graph.</p>"
        )
    from mscgraph.page.explorer import render_explorer  # Jinja loads only when something is drawn

    page = escape(render_explorer(kg, contents, title=title), quote=True)
    return (
        f'<iframe title="{escape(title, quote=True)}" width="100%" height="{_HEIGHT}" '
        'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads" '
        f'style="border: 1px solid #8886; border-radius: 6px" srcdoc="{page}"></iframe>'
    )
