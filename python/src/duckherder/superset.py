"""What Superset is to know of Duckherder; it finds this by an entry point, and nothing else imports it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text, types
from sqlglot.dialects.dialect import Dialects
from superset.db_engine_specs.base import BaseEngineSpec
from superset.db_engine_specs.duckdb import DuckDBEngineSpec
from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.sql.parse import SQLGLOT_DIALECTS, process_jinja_sql
from superset.utils.core import GenericDataType

from duckherder.connection import quote

if TYPE_CHECKING:
    from sqlalchemy.engine import URL
    from sqlalchemy.engine.reflection import Inspector
    from superset.models.core import Database
    from superset.models.sql_lab import Query

# Superset parses and formats all SQL, and knows the dialects of its own engines alone.
SQLGLOT_DIALECTS.setdefault("duckherder", Dialects.DUCKDB)

_DATABASES = """
    SELECT database_name FROM duckdb_databases()
    WHERE NOT internal AND database_name <> 'memory'"""
_SCHEMAS = """
    SELECT schema_name FROM duckdb_schemas()
    WHERE database_name = current_database()
      AND schema_name NOT IN ('information_schema', 'pg_catalog')"""
_FUNCTIONS = "SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY 1"
_RUNNING = """
    SELECT id FROM duckherder_get_query_history()
    WHERE end_time IS NULL AND starts_with(sql, ?)"""
_MOVES = re.compile(
    r"\s*(?:USE\b|(?:SET|RESET|PRAGMA)\s+(?:\w+\s+)?(?:schema|search_path)\b)", re.IGNORECASE
)


def _names(database: Database, sql: str) -> list[str]:
    with database.get_sqla_engine() as engine, engine.connect() as connection:
        return [str(row[0]) for row in connection.execute(text(sql))]


def _interval(value: Any) -> str | None:
    """An interval as text: Superset has no column of them."""
    if value is None:
        return None
    parts = [f"{value.months} months"] if value.months else []
    parts += [f"{value.days} days"] if value.days else []
    if value.nanoseconds or not parts:
        parts.append(str(timedelta(microseconds=value.nanoseconds // 1000)))
    return " ".join(parts)


class DuckherderEngineSpec(BaseEngineSpec):  # type: ignore[misc]
    """DuckDB's SQL over SQLAlchemy's dialect of this package. A catalog is a database of the cluster."""

    engine = "duckherder"
    engine_name = "Duckherder"
    default_driver = "adbc"
    sqlalchemy_uri_placeholder = "duckherder://:token@host:8815/database"
    supports_multivalues_insert = True
    supports_catalog = supports_dynamic_catalog = supports_cross_catalog_queries = True
    supports_dynamic_schema = True
    disable_ssh_tunneling = True

    _time_grain_expressions = DuckDBEngineSpec._time_grain_expressions
    column_type_mappings = (
        (re.compile(r".*\]$"), types.String(), GenericDataType.STRING),
        (re.compile(r"INTERVAL"), types.Interval(), GenericDataType.STRING),
        (re.compile(r"(U|TINY|HUGE)\w*INT"), types.BigInteger(), GenericDataType.NUMERIC),
        (re.compile(r"UUID|JSON|ENUM"), types.String(), GenericDataType.STRING),
    )
    column_type_mutators = {types.Interval: _interval}  # noqa: RUF012 - Superset reads it only

    # ---- times ----

    @classmethod
    def epoch_to_dttm(cls) -> str:
        """A time from seconds since 1970."""
        return "epoch_ms(CAST({col} * CAST(1000 AS BIGINT) AS BIGINT))"

    @classmethod
    def epoch_ms_to_dttm(cls) -> str:
        """A time from milliseconds since 1970."""
        return "epoch_ms(CAST({col} AS BIGINT))"

    @classmethod
    def convert_dttm(
        cls, target_type: str, dttm: datetime, db_extra: dict[str, Any] | None = None
    ) -> str | None:
        """A time as a literal of a column's type."""
        kind = cls.get_sqla_column_type(target_type)
        if isinstance(kind, types.Date):
            return f"DATE '{dttm.date().isoformat()}'"
        if isinstance(kind, types.DateTime):
            return f"TIMESTAMP '{dttm.isoformat(sep=' ', timespec='microseconds')}'"
        return None

    # ---- databases and schemas ----

    @classmethod
    def get_default_catalog(cls, database: Database) -> str | None:
        """The database of the URL, or the cluster's first."""
        if database.url_object.database:
            return str(database.url_object.database)
        return next(iter(_names(database, "SELECT current_database()")))

    @classmethod
    def get_catalog_names(cls, database: Database, inspector: Inspector) -> set[str]:
        """The databases of the cluster."""
        return set(_names(database, _DATABASES))

    @classmethod
    def get_schema_names(cls, inspector: Inspector) -> set[str]:
        """The schemas of one database."""
        with inspector.engine.connect() as connection:
            return {str(row[0]) for row in connection.execute(text(_SCHEMAS))}

    @classmethod
    def adjust_engine_params(
        cls,
        uri: URL,
        connect_args: dict[str, Any],
        catalog: str | None = None,
        schema: str | None = None,
    ) -> tuple[URL, dict[str, Any]]:
        """Connects to the database that was chosen."""
        return uri.set(database=catalog) if catalog else uri, connect_args

    @classmethod
    def get_prequeries(
        cls, database: Database, catalog: str | None = None, schema: str | None = None
    ) -> list[str]:
        """Looks names up in the schema that was chosen."""
        if not schema:
            return []
        return ["USE " + ".".join(quote(name) for name in (catalog, schema) if name)]

    @classmethod
    def get_default_schema_for_query(
        cls, database: Database, query: Query, template_params: dict[str, Any] | None = None
    ) -> str | None:
        """The schema that was chosen, in which Superset looks up what a user may read."""
        script = process_jinja_sql(query.sql, database, template_params).script
        if any(_MOVES.match(statement.format(comments=False)) for statement in script.statements):
            raise SupersetSecurityException(
                SupersetError(
                    error_type=SupersetErrorType.QUERY_SECURITY_ACCESS_ERROR,
                    message="USE and search paths are not allowed here: choose the schema beside the query",
                    level=ErrorLevel.ERROR,
                )
            )
        schema: str | None = super().get_default_schema_for_query(database, query, template_params)
        return schema

    @classmethod
    def get_function_names(cls, database: Database) -> list[str]:
        """What SQL Lab completes."""
        return _names(database, _FUNCTIONS)

    # ---- queries ----

    @classmethod
    def fetch_data(cls, cursor: Any, limit: int | None = None) -> list[tuple[Any, ...]]:
        """Rows; none of a statement that only tells how many it changed."""
        if cursor.description is None:
            return []
        rows: list[tuple[Any, ...]] = super().fetch_data(cursor, limit)
        return rows

    @classmethod
    def get_cancel_query_id(cls, cursor: Any, query: Query) -> str:
        """What a query of SQL Lab begins with: the cluster tells queries by their text alone."""
        return f"-- Superset {query.client_id}\n"

    @classmethod
    def execute_with_cursor(cls, cursor: Any, sql: str, query: Query) -> None:
        """Runs a query of SQL Lab."""
        super().execute_with_cursor(cursor, cls.get_cancel_query_id(cursor, query) + sql, query)

    @classmethod
    def cancel_query(cls, cursor: Any, query: Query, cancel_query_id: str) -> bool:
        """Cancels a query of SQL Lab."""
        cursor.execute(_RUNNING, [cancel_query_id])
        running = cursor.fetchall()
        for (name,) in running:
            cursor.execute("SELECT duckherder_cancel(?)", [name])
            cursor.fetchall()
        return bool(running)
