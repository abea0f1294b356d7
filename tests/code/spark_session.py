"""A Spark session for the tests that need one."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

import mscgraph as mg

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def spark_session() -> Iterator[object]:
    """A session on this machine; the test is skipped without Java, and fails so under CI."""
    from mscgraph.large.mining.spark_engine import check_java, start_session

    try:
        check_java()
    except mg.MissingExtra as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{error} Under CI=true that is a failure.")
        pytest.skip(str(error))
    session = start_session("local[1]", "1g", None)
    session.conf.set("spark.sql.shuffle.partitions", "1")
    try:
        yield session
    finally:
        session.stop()
