"""The dialect."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy import exc, pool, types
from sqlalchemy.engine import URL

import duckherder
from duckherder.connection import Connection
from duckherder.cursor import Cursor
from duckherder.sqlalchemy._compat import DefaultDialect
from duckherder.sqlalchemy.compiler import (
    DuckherderCompiler,
    DuckherderDdlCompiler,
    DuckherderPreparer,
    DuckherderTypeCompiler,
    Interval,
)
from duckherder.sqlalchemy.execution import DuckherderExecutionContext, begins_transaction
from duckherder.sqlalchemy.reflection import Reflection

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import ConnectArgsType

_ON_WRITE = "READ COMMITTED"
_LEVELS = (_ON_WRITE, "SNAPSHOT", "AUTOCOMMIT")
_GONE = {"UNREACHABLE", "NO_SESSION", "STREAM_BROKEN"}


class DuckherderDialect(Reflection, DefaultDialect):  # type: ignore[misc]
    """``duckherder://:token@host:port/database``.

    Isolation levels: in ``READ COMMITTED``, the default, a transaction begins with the first statement
    that writes, so that reads before it run on all workers. In ``SNAPSHOT`` it begins with the first
    statement, and reads in it run on the driver. ``AUTOCOMMIT`` has no transactions.
    """

    name = "duckherder"
    driver = "adbc"
    default_paramstyle = "qmark"
    statement_compiler = DuckherderCompiler
    ddl_compiler = DuckherderDdlCompiler
    type_compiler = DuckherderTypeCompiler  # 2 has another name too, 1.4 has not
    preparer = DuckherderPreparer
    execution_ctx_cls = DuckherderExecutionContext

    colspecs = {types.Interval: Interval}  # noqa: RUF012 - SQLAlchemy reads it only

    supports_statement_cache = True
    supports_native_boolean = True
    supports_native_decimal = True
    supports_native_uuid = False
    supports_sequences = True
    sequences_optional = False
    supports_default_values = True
    supports_default_metavalue = True
    supports_empty_insert = False
    supports_multivalues_insert = True
    supports_comments = True
    supports_sane_rowcount = True
    supports_sane_multi_rowcount = False
    insert_returning = True
    update_returning = True
    delete_returning = True
    postfetch_lastrowid = False
    use_insertmanyvalues = True
    cte_follows_insert = False
    supports_schemas = True
    supports_statement_timeout = False
    div_is_floordiv = False
    default_schema_name = "main"

    # What PostgreSQL's compiler asks of its dialect.
    _supports_create_index_concurrently = False
    _supports_drop_index_concurrently = False
    _backslash_escapes = False

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """The module of PEP 249."""
        return duckherder

    @classmethod
    def get_pool_class(cls, url: URL) -> type[pool.Pool]:
        """Sessions are kept: a new one takes a call or two."""
        return pool.QueuePool

    def create_connect_args(self, url: URL) -> ConnectArgsType:
        """What `duckherder.connect` is called with."""
        options = dict(url.query)
        scheme = "grpc+tls" if options.pop("tls", "false") == "true" else "grpc"
        host = url.host or "127.0.0.1"
        port = url.port or duckherder.connection.DEFAULT_PORT
        arguments: dict[str, Any] = {"url": f"{scheme}://{host}:{port}", "progress": False}
        if url.password is not None:
            arguments["token"] = str(url.password)
        if url.database:
            arguments["database"] = url.database
        if options:
            arguments["settings"] = options
        return [], arguments

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:
        version = connection.exec_driver_sql("SELECT version()").scalar() or "v0"
        return tuple(int(part) for part in str(version).lstrip("v").split("-")[0].split("."))

    def _get_default_schema_name(self, connection: Any) -> str:
        return "main"

    # ---- transactions ----

    def get_isolation_level_values(self, dbapi_conn: Any) -> Sequence[Any]:
        """The levels there are."""
        return _LEVELS

    def get_isolation_level(self, dbapi_connection: Any) -> Any:
        """The level of a connection."""
        return dbapi_connection.isolation_level or _ON_WRITE

    def set_isolation_level(self, dbapi_connection: Any, level: Any) -> None:
        """Makes the level that of a connection."""
        if level not in _LEVELS:
            raise exc.ArgumentError(
                f"Invalid value {level!r} for isolation_level (expected {', '.join(_LEVELS)})"
            )
        dbapi_connection.isolation_level = level
        dbapi_connection.autocommit = level != "SNAPSHOT"

    def _begin_before(self, cursor: Cursor, statement: str) -> None:
        connection = cursor.connection
        wanted = self.get_isolation_level(connection) == _ON_WRITE
        if wanted and not connection.in_transaction and begins_transaction(statement):
            connection.begin()

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Runs a statement."""
        self._begin_before(cursor, statement)
        cursor.execute(statement, parameters)

    def do_execute_no_params(self, cursor: Any, statement: str, context: Any = None) -> None:
        """Runs a statement."""
        self._begin_before(cursor, statement)
        cursor.execute(statement)

    def do_executemany(
        self, cursor: Any, statement: str, parameters: Any, context: Any = None
    ) -> None:
        """Runs a statement for many rows of values."""
        self._begin_before(cursor, statement)
        cursor.executemany(statement, parameters)

    def do_savepoint(self, connection: Any, name: str) -> None:
        """Fails: DuckDB has none."""
        raise exc.NotSupportedError(
            f"SAVEPOINT {name}", None, NotImplementedError("DuckDB has no savepoints")
        )

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Whether the session is gone, so that the pool makes a new one."""
        return isinstance(e, duckherder.Error) and e.code in _GONE


__all__ = ["Connection", "DuckherderDialect"]
