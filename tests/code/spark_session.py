"""A Spark session for the tests that need one."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

import mscgraph as mg

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def spark_session(master: str = "local[1]") -> Iterator[Any]:
    """A session on this machine; the test is skipped without Java, and fails so under CI."""
    from mscgraph.large.mining.spark_engine import check_java, start_session

    try:
        check_java()
    except mg.MissingExtra as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{error} Under CI=true that is a failure.")
        pytest.skip(str(error))
    # on a few rows Spark spends its time on compiling what runs once
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    session = start_session(master, "1g", None)
    for name, value in (
        ("shuffle.partitions", "1"),
        ("adaptive.enabled", "false"),
        ("codegen.wholeStage", "false"),
        ("codegen.factoryMode", "NO_CODEGEN"),
    ):
        session.conf.set(f"spark.sql.{name}", value)
    try:
        yield session
    finally:
        session.stop()
