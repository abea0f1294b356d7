"""``python -m mscgraph``: the command line."""

from mscgraph.cli import main

if __name__ == "__main__":
    main()
