"""Write mscgraph/export/LOSSES.md anew: ``python -m tests.losses``."""

from pathlib import Path

from mscgraph.export.losses import loss_table
from mscgraph.graph import load

PAGE = Path(__file__).parents[1] / "mscgraph" / "export" / "LOSSES.md"

if __name__ == "__main__":
    PAGE.write_text(loss_table(load()), encoding="utf-8", newline="\n")
    print(f"wrote {PAGE}")
