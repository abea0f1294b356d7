"""One server for people, programs and assistants: the site, an API, SPARQL, and tools for assistants.

``application`` puts it together and stands before every request (hosts, sizes, headers, the log), ``api``
serves the read commands of the command line, ``problems`` says what went wrong, ``served`` is what all
requests share, and bounds how much is done at once. ``assistant`` offers the tools of ``tool_answers``,
whose records ``quoting`` makes.
"""

from importlib.util import find_spec

from mscgraph.errors import MissingExtra

if not all(map(find_spec, ("mcp", "starlette", "uvicorn"))):
    raise MissingExtra("the server and its tools are not installed: pip install 'mscgraph[serve]'")

from mscgraph.serve.application import web_application
from mscgraph.serve.served import Served, Settings

__all__ = ["Served", "Settings", "web_application"]
