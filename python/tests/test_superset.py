"""What Superset asks of the package, without Superset: it needs another pandas and another SQLAlchemy."""

from __future__ import annotations

import datetime
import importlib
import re
import sys
import time
import types
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

import duckherder

LONG = "SELECT count(*) FROM lineitem a, lineitem b WHERE (a.l_orderkey + b.l_partkey) % 7 = 3"


class TestingEngineSpec:
    """As much of Superset's BaseEngineSpec as is called."""

    __test__ = False
    _time_grain_expressions: dict[str | None, str] = {}  # noqa: RUF012

    @classmethod
    def fetch_data(cls, cursor: Any, limit: int | None = None) -> list[tuple[Any, ...]]:
        return cursor.fetchall()

    @classmethod
    def execute_with_cursor(cls, cursor: Any, sql: str, query: Any) -> None:
        cursor.execute(sql)

    @classmethod
    def get_sqla_column_type(cls, name: str) -> Any:
        return {"DATE": sa.Date(), "TIMESTAMP": sa.TIMESTAMP()}.get(name)


class TestingDatabase:
    """A database as Superset keeps it."""

    __test__ = False

    def __init__(self, url: str) -> None:
        self.url_object = sa.make_url(url)

    @contextmanager
    def get_sqla_engine(self) -> Iterator[sa.Engine]:
        engine = sa.create_engine(self.url_object)
        yield engine
        engine.dispose()


MODULES = {
    "sqlglot.dialects.dialect": {"Dialects": types.SimpleNamespace(DUCKDB="duckdb")},
    "superset.db_engine_specs.base": {"BaseEngineSpec": TestingEngineSpec},
    "superset.db_engine_specs.duckdb": {"DuckDBEngineSpec": TestingEngineSpec},
    "superset.errors": {"ErrorLevel": None, "SupersetError": None, "SupersetErrorType": None},
    "superset.exceptions": {"SupersetSecurityException": PermissionError},
    "superset.sql.parse": {"SQLGLOT_DIALECTS": {}, "process_jinja_sql": None},
    "superset.utils.core": {"GenericDataType": types.SimpleNamespace(NUMERIC=0, STRING=1)},
}


@pytest.fixture
def spec(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, contents in MODULES.items():
        module = types.ModuleType(name)
        vars(module).update(contents)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delitem(sys.modules, "duckherder.superset", raising=False)
    return importlib.import_module("duckherder.superset").DuckherderEngineSpec


@pytest.fixture
def database(cluster: duckherder.LocalCluster) -> TestingDatabase:
    return TestingDatabase(cluster.url.replace("grpc://", "duckherder://") + "/tpch")


def test_catalogs_are_databases(spec, database, connection):
    assert spec.get_default_catalog(database) == "tpch"
    assert spec.get_default_catalog(TestingDatabase(str(database.url_object.set(database="")))) in {
        "tpch",
        "local",
    }
    connection.execute("CREATE SCHEMA IF NOT EXISTS local.shelf").close()
    for catalog, schemas in (("tpch", {"main"}), ("local", {"main", "shelf"})):
        url, arguments = spec.adjust_engine_params(database.url_object, {}, catalog)
        assert arguments == {}
        engine = sa.create_engine(url)
        inspector = sa.inspect(engine)
        assert spec.get_catalog_names(database, inspector) == {"tpch", "local"}
        assert spec.get_schema_names(inspector) >= schemas
        engine.dispose()
    for query in spec.get_prequeries(database, "local", "shelf"):
        connection.execute(query).close()
    here = connection.sql("SELECT current_database(), current_schema()").fetchone()
    assert here == ("local", "shelf")
    assert "date_trunc" in spec.get_function_names(database)


def test_times(spec, connection):
    at = datetime.datetime(2026, 1, 31, 12, 30)
    for expression, number in (
        (spec.epoch_to_dttm(), "1769862600"),
        (spec.epoch_to_dttm(), "1769862600.0"),
        (spec.epoch_ms_to_dttm(), "1769862600000"),
    ):
        sql = expression.replace("{col}", number)
        assert connection.sql(f"SELECT {sql}").fetchone() == (at,)
    for name, value in (("DATE", at.date()), ("TIMESTAMP", at)):
        assert connection.sql(f"SELECT {spec.convert_dttm(name, at)}").fetchone() == (value,)
    assert spec.convert_dttm("VARCHAR", at) is None
    shown = spec.column_type_mutators[sa.Interval]
    for literal, text in (
        ("14 MONTH", "14 months"),
        ("0 DAY", "0:00:00"),
        ("2 DAY", "2 days"),
        ("90 MINUTE", "1:30:00"),
    ):
        assert shown(connection.sql(f"SELECT INTERVAL {literal}").fetchone()[0]) == text
    assert shown(None) is None


def test_types_have_a_kind(spec):
    kinds = {
        name: next(
            (kind for pattern, _, kind in spec.column_type_mappings if pattern.match(name)), None
        )
        for name in (
            "UTINYINT",
            "TINYINT",
            "UHUGEINT",
            "INTEGER",
            "INTERVAL",
            "DATE[]",
            "ENUM('a')",
        )
    }
    assert list(kinds.values()) == [0, 0, 0, None, 1, 1, 1]


def test_a_statement_without_rows_has_none(spec, connection):
    cursor = connection.execute("CREATE OR REPLACE TEMP TABLE rowless (i INTEGER)")
    assert spec.fetch_data(cursor) == []
    assert spec.fetch_data(connection.execute("INSERT INTO rowless VALUES (1)")) == []
    assert spec.fetch_data(connection.execute("FROM rowless")) == [(1,)]


def test_the_button_stops_the_query(spec, cluster, connection):
    query, other = types.SimpleNamespace(client_id="one"), types.SimpleNamespace(client_id="two")
    name = spec.get_cancel_query_id(None, query)
    assert not spec.cancel_query(connection.cursor(), query, name)
    with cluster.connect(database="tpch", progress=False) as busy, ThreadPoolExecutor() as threads:
        cursor = busy.cursor()
        answer = threads.submit(
            lambda: (spec.execute_with_cursor(cursor, LONG, query), cursor.fetchall())
        )
        deadline = time.monotonic() + 60
        while not spec.cancel_query(connection.cursor(), query, name):
            assert time.monotonic() < deadline
        assert not spec.cancel_query(
            connection.cursor(), other, spec.get_cancel_query_id(None, other)
        )
        with pytest.raises(duckherder.QueryCancelled):
            answer.result()


@pytest.mark.parametrize(
    ("sql", "moves"),
    [
        ("use local", True),
        ("SET schema = 'local.main'", True),
        ("SET SESSION search_path = 'local.main'", True),
        ("PRAGMA search_path='local.main'", True),
        ("SELECT 'use' FROM schema", False),
        ("SET threads = 1", False),
    ],
)
def test_names_are_looked_up_where_superset_thinks(spec, sql, moves):
    pattern: re.Pattern[str] = sys.modules[spec.__module__]._MOVES
    assert bool(pattern.match(sql)) is moves
