from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import duckherder


@pytest.fixture
def shell(cluster: duckherder.LocalCluster) -> Iterator[Any]:
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "sql")
    shell.run_line_magic("config", "SqlMagic.feedback = 0")
    shell.run_line_magic("config", "SqlMagic.displaycon = False")
    shell.run_line_magic("config", "SqlMagic.displaylimit = 5")
    url = cluster.url.replace("grpc://", "duckherder://") + "/tpch"
    shell.run_line_magic("sql", url)
    yield shell
    shell.run_line_magic("sql", f"--close {url}")


def test_jupysql_runs_sql_and_makes_frames(shell):
    query = "SELECT r_name, count(*) AS n FROM region JOIN nation ON r_regionkey = n_regionkey GROUP BY ALL"
    result = shell.run_cell_magic("sql", "", query + " ORDER BY 1")
    assert [tuple(row) for row in result][:2] == [("AFRICA", 5), ("AMERICA", 5)]
    assert result.DataFrame()["n"].sum() == 25
    assert result.PolarsDataFrame()["n"].sum() == 25


def test_jupysql_reuses_a_query(shell):
    shell.run_cell_magic(
        "sql", "--save big --no-execute", "SELECT * FROM orders WHERE o_totalprice > 400000"
    )
    result = shell.run_cell_magic("sql", "--with big", "SELECT count(*) AS n FROM big")
    assert next(iter(result))[0] > 0
    tables = shell.run_line_magic("sqlcmd", "tables")
    assert "lineitem" in str(tables)
