"""The Python in the guides runs: page by page, from top to bottom, against a cluster."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from pyspark.sql import SparkSession

import duckherder

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^ *```python\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)

ORDERS = "CREATE TABLE orders AS SELECT 1 AS id, 'north' AS region, 995.5::DECIMAL(9, 2) AS amount"

# What each page takes for given.
TABLES = {
    "clients.md": [ORDERS],
    "python.md": [
        ORDERS,
        "CREATE TABLE stock AS SELECT 'bell' AS item, 3 AS pieces",
        "CREATE TABLE sold (item VARCHAR, time TIMESTAMPTZ)",
        "CREATE TABLE counters AS SELECT 0 AS n",
    ],
    "spark.md": [
        "CREATE TABLE sales AS SELECT 'north' AS region, 200 AS amount FROM range(10)",
        "CREATE TABLE orders (region VARCHAR, amount INTEGER)",
    ],
    "sql.md": [ORDERS],
}


def blocks(page: str) -> Iterator[tuple[int, str]]:
    """The lines above each block of Python, and the block."""
    text = (DOCS / page).read_text("utf-8")
    for match in BLOCK.finditer(text):
        yield text.count("\n", 0, match.start(1)), textwrap.dedent(match[1])


# A page shows how to connect more than once, and leaves connections to Python.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("page", TABLES)
def test_the_python_of_a_guide_runs(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    duckherder.make_tpch(tmp_path / "sales.duckdb", 0.01)
    managed = {"sales": tmp_path / "managed.duckdb"}
    with (
        duckherder.LocalCluster(managed=managed, workers=1) as cluster,
        cluster.connect(progress=False) as connection,
    ):
        for sql in TABLES[page]:
            connection.sql(sql)
        names = given(page, cluster.url, connection)
        address = cluster.url.removeprefix("grpc://")
        for line, block in blocks(page):
            code = re.sub(r"(127\.0\.0\.1|host|head):8815", address, block)
            code = code.replace("/data/", f"{tmp_path}/")
            exec(compile("\n" * line + code, str(DOCS / page), "exec"), names)  # noqa: S102
        if page == "spark.md":
            assert connection.sql("SELECT count(*) FROM orders").fetchone() == (20,)
            names["spark"].stop()


def given(page: str, url: str, connection: duckherder.Connection) -> dict[str, Any]:
    """The names that a page takes for given."""
    if page == "spark.md":
        return {"spark": spark(url)}
    if page == "sql.md":
        rows = connection.sql("SELECT * FROM orders").arrow()
        adbc = connection.adbc
        return {"connection": adbc, "cursor": adbc.cursor(), "table_or_reader": rows}
    return {"sqlalchemy": sqlalchemy}


def spark(url: str) -> SparkSession:
    """Spark with the cluster as the catalog ``duck``."""
    return (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", duckherder.spark_jars())
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.catalog.duck", "io.duckherder.spark.DuckherderCatalog")
        .config("spark.sql.catalog.duck.url", url)
        .getOrCreate()
    )
