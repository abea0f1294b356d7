"""The command line: parse, call one library function through the public door, print, exit.

Exit codes: 0 done, 1 our error (a sentence on standard error), 2 wrong usage. Every command that prints
data takes ``--json``. Only click is loaded until a command needs more.
"""

from mscgraph.cli.main import main

__all__ = ["main"]
