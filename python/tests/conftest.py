"""One cluster for most tests: a real driver and two workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import duckherder


@pytest.fixture(scope="session")
def tpch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return duckherder.make_tpch(tmp_path_factory.mktemp("tpch") / "tpch.duckdb", 0.05)


@pytest.fixture(scope="session")
def cluster(
    tmp_path_factory: pytest.TempPathFactory, tpch: Path
) -> Iterator[duckherder.LocalCluster]:
    """A managed database ``local`` and TPC-H as ``tpch``."""
    managed = {"local": tmp_path_factory.mktemp("local") / "local.duckdb"}
    with duckherder.LocalCluster(databases={"tpch": tpch}, managed=managed) as cluster:
        yield cluster


@pytest.fixture
def connection(cluster: duckherder.LocalCluster) -> Iterator[duckherder.Connection]:
    with cluster.connect(progress=False) as connection:
        yield connection


@pytest.fixture
def table(connection: duckherder.Connection, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a table of numbers that is gone after the test."""
    name = request.node.name.split("[")[0]
    connection.execute(f"CREATE TABLE {name} (id BIGINT PRIMARY KEY, text VARCHAR)").close()
    yield name
    connection.rollback()
    connection.execute(f"DROP TABLE IF EXISTS {name}").close()
