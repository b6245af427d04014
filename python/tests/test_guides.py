from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars
import pytest

import duckherder

DOCS = Path(__file__).parents[2] / "docs"

ORDERS = """
    SELECT range AS id, ['north', 'south'][range % 2 + 1] AS region,
      (range * 7919 % 1000)::DECIMAL(9, 2) AS amount, 'open' AS status
    FROM range(1000)"""


@pytest.fixture
def sales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[duckherder.LocalCluster]:
    """A cluster with the tables that the guides speak of, and a file of the name that they give."""
    monkeypatch.chdir(tmp_path)
    with duckdb.connect("sales.duckdb") as file:
        file.sql(f"CREATE TABLE lineitem AS {ORDERS}")
    with duckherder.LocalCluster(managed={"sales": "live.duckdb"}, workers=1) as cluster:
        with cluster.connect(progress=False) as connection:
            connection.sql(f"CREATE TABLE orders AS {ORDERS}")
            connection.sql("CREATE TABLE sales AS SELECT * FROM orders")
            connection.sql("CREATE TABLE stock AS SELECT 'bell' AS item, 5 AS pieces")
            connection.sql("CREATE TABLE sold (item VARCHAR, at_time TIMESTAMPTZ)")
            connection.sql("CREATE TABLE counters AS SELECT 1 AS n")
        yield cluster


def blocks(page: str, cluster: duckherder.LocalCluster) -> list[str]:
    """The code of a page, for this cluster instead of the one that the page names."""
    text = (DOCS / page).read_text(encoding="utf-8")
    host = cluster.url.removeprefix("grpc://")
    found = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [
        re.sub(r"(?:127\.0\.0\.1|head|host):8815", host, block).replace("/data/", "")
        for block in found
    ]


@pytest.mark.parametrize("page", ["python.md", "clients.md"])
def test_the_code_of_a_guide_runs(page, sales, monkeypatch):
    monkeypatch.setenv("DUCKHERDER_PROGRESS", "off")
    names = {"frame": polars.DataFrame({"id": [1], "region": ["west"], "amount": [1.5]})}
    code = blocks(page, sales)
    assert code
    for block in code:
        exec(compile(block, page, "exec"), names)  # noqa: S102 - that is what it is for
    for value in names.values():
        if isinstance(value, duckherder.Connection):
            value.close()


def test_the_python_of_sparks_guide_runs(sales):
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", duckherder.spark_jars())
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.catalog.duck", "io.duckherder.spark.DuckherderCatalog")
        .config("spark.sql.catalog.duck.url", sales.url)
        .getOrCreate()
    )
    try:
        names: dict[str, object] = {"spark": spark}
        with sales.connect(progress=False) as connection:
            connection.sql("CREATE OR REPLACE TABLE orders AS SELECT region, amount FROM orders")
            code = blocks("spark.md", sales)
            assert len(code) >= 3
            for block in code:
                exec(compile(block, "spark.md", "exec"), names)  # noqa: S102
            # Above 100 are 899 of the thousand; the guide appends them twice.
            assert connection.sql("SELECT count(*) FROM orders").fetchone() == (1000 + 2 * 899,)
    finally:
        spark.stop()
