"""One server for people, programs and assistants: the site, an API, SPARQL, and tools for assistants.

``application`` puts it together, ``guard`` stands before every request (hosts, sizes, headers, the log),
``api`` and ``openapi`` serve the read commands of the command line, ``problems`` says what went wrong,
``turns`` bounds how much is done at once, ``served`` is what all requests share. ``assistant`` offers the
tools of ``tool_answers``, whose ``answer_records`` are quoted by ``quoting``.
"""

from mscgraph.serve.application import web_application
from mscgraph.serve.served import Served, Settings

__all__ = ["Served", "Settings", "web_application"]
