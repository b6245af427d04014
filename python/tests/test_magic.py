from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import duckherder


@pytest.fixture
def shell(cluster: duckherder.LocalCluster) -> Iterator[Any]:
    """A shell that is connected to the cluster."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "duckherder")
    shell.user_ns["mine"] = connection = cluster.connect(progress=False)
    shell.run_line_magic("duckherder", "mine")
    yield shell
    connection.close()
    shell.run_line_magic("unload_ext", "duckherder")


def test_runs_a_line_and_a_cell(shell):
    assert shell.run_line_magic("duckherder", "SELECT 42").fetchall() == [(42,)]
    cell = "CREATE TEMP TABLE t AS SELECT 'a;b' AS x; -- not; here\nSELECT x FROM t;"
    assert shell.run_cell_magic("duckherder", "", cell).fetchall() == [("a;b",)]


def test_keeps_a_result_and_takes_variables(shell):
    shell.user_ns["least"] = 3
    cell = "SELECT count(*) FROM range(10) WHERE range >= $least AND '$least' <> ''"
    assert shell.run_cell_magic("duckherder", "found <<", cell) is None
    assert shell.user_ns["found"].fetchall() == [(7,)]


def test_connects_to_a_url(shell, cluster, capsys):
    shell.run_line_magic("duckherder", cluster.url)
    assert capsys.readouterr().out == f"Connected to {cluster.url}\n"
    assert shell.run_line_magic("duckherder", "SELECT 1").fetchall() == [(1,)]
    shell.run_line_magic("duckherder", "mine")


def test_an_error_is_told_without_a_stack(shell):
    with pytest.raises(UsageError, match="OBJECT_NOT_FOUND.*nowhere"):
        shell.run_line_magic("duckherder", "CREATE TABLE x AS FROM nowhere")
    with pytest.raises(UsageError, match="OBJECT_NOT_FOUND.*nowhere"):
        shell.run_line_magic("duckherder", "FROM nowhere")
    with pytest.raises(UsageError, match="INVALID_DATA"):
        shell.run_cell_magic("duckherder", "", "SELECT 'x'::INTEGER; SELECT 1")


def test_the_magic_of_the_guide_runs(shell, cluster):
    guide = (Path(__file__).parents[2] / "docs" / "python.md").read_text("utf-8")
    (block,) = re.findall(r"```\n(%load_ext duckherder\n.*?)```", guide, re.DOTALL)
    shell.run_cell(block.replace("grpc://127.0.0.1:8815", cluster.url)).raise_error()
    assert shell.run_line_magic("duckherder", "SELECT 1").fetchall() == [(1,)]
    shell.run_line_magic("duckherder", "mine")
