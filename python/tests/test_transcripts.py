"""What docs/python.md shows of sessions is what they print."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
import sqlalchemy
from IPython.core.interactiveshell import InteractiveShell
from sql.connection import ConnectionManager

import duckherder

GUIDE = (Path(__file__).parents[2] / "docs" / "python.md").read_text("utf-8")


def block(first: str) -> str:
    """The one block whose first line begins so."""
    (found,) = re.findall(rf"```\n({re.escape(first)}.*?)```", GUIDE, re.DOTALL)
    return found


@pytest.fixture(scope="module")
def url(tpch: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster whose one database is TPC-H, and takes writes."""
    copy = shutil.copy(tpch, tmp_path_factory.mktemp("managed") / "tpch.duckdb")
    with duckherder.LocalCluster(managed={"tpch": copy}, workers=1) as cluster:
        yield cluster.url.replace("grpc://", "duckherder://") + "/tpch"


def test_pandas_and_polars(url):
    engine = sqlalchemy.create_engine(url)
    with duckherder.connect(url.replace("duckherder://", "grpc://"), progress=False) as connection:
        names = {"pandas": pd, "polars": pl, "engine": engine, "connection": connection}
        transcript = block(">>> pandas.read_sql")
        test = doctest.DocTestParser().get_doctest(transcript, names, "python.md", None, 0)
        printed = io.StringIO()
        results = doctest.DocTestRunner().run(test, out=printed.write)
    engine.dispose()
    assert results.attempted == 3
    assert results.failed == 0, printed.getvalue()


def test_jupysql(url):
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "sql")
    ConnectionManager.close_all()
    ConnectionManager.current = None
    for setting in ("displaycon = True", "feedback = 1", "displaylimit = 10"):
        shell.run_line_magic("config", f"SqlMagic.{setting}")
    address = url.removeprefix("duckherder://").removesuffix("/tpch")
    cells = re.split(r"^In \[\d+\]: ", block("In [1]: %load_ext sql"), flags=re.MULTILINE)[1:]
    assert len(cells) == 4
    try:
        for cell in cells:
            lines = cell.replace("127.0.0.1:8815", address).splitlines()
            code = [line.removeprefix("   ...: ") for line in lines if line.startswith("   ...: ")]
            shown = lines[1 + len(code) :]
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                result = shell.run_cell("\n".join([lines[0], *code]))
            result.raise_error()
            text = printed.getvalue() + ("" if result.result is None else str(result.result))
            for line in shown:
                assert line in text.splitlines()
    finally:
        shell.run_line_magic("sql", f"--close {url}")
