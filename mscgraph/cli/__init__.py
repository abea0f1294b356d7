"""The command line: parse, call one library function, print, exit.

Exit codes: 0 done, 1 our error (a sentence on standard error), 2 wrong usage. Every command that prints
data takes ``--json``. Only click is loaded until a command needs more.
"""

import atexit
import gc
import sys

# What is made while modules and the graph load lives to the end of this short process: looking for garbage
# in it, now or at the end, would cost most of a bare interpreter's start.
gc.disable()
from mscgraph.cli.main import main  # noqa: E402

gc.freeze()
gc.enable()
gc.set_threshold(50_000)  # a question makes some ten thousand records that live as long


def _leave() -> None:
    """Let the interpreter end without looking through what it is about to forget anyway."""
    if "duckdb" in sys.modules:  # which lists on standard error whatever nobody has collected
        gc.unfreeze()
    else:
        gc.freeze()


atexit.register(_leave)

__all__ = ["main"]
