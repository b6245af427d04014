"""dbt's connections: sessions of the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from dbt.adapters.contracts.connection import (
    AdapterResponse,
    Connection,
    ConnectionState,
    Credentials,
)
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.sql import SQLConnectionManager
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError

import duckherder

logger = AdapterLogger("Duckherder")


@dataclass
class DuckherderCredentials(Credentials):
    """What a profile says."""

    url: str = "grpc://127.0.0.1:8815"
    token: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    retries: int = 1

    _ALIASES = {"dbname": "database"}  # noqa: RUF012 - dbt names it

    @property
    def type(self) -> str:
        """The name of the adapter."""
        return "duckherder"

    @property
    def unique_field(self) -> str:
        """What tells one cluster from another."""
        return self.url

    def _connection_keys(self) -> tuple[str, ...]:
        return ("url", "database", "schema", "settings", "retries")


class Statements:
    """A cursor that runs the statements of a text one after the other.

    dbt's macros put several into one text, and a cluster takes one at a time.
    """

    def __init__(self, cursor: duckherder.Cursor) -> None:
        self._cursor = cursor

    def execute(self, sql: str, bindings: Any = None) -> None:
        """Runs them; the rows are those of the last."""
        statements = duckherder.split_statements(sql)
        if bindings is not None:
            self._cursor.execute(sql.replace("%s", "?"), list(bindings))
            return
        for statement in statements:
            self._cursor.execute(statement)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class Handle:
    """A session whose cursors take texts of several statements."""

    def __init__(self, connection: duckherder.Connection) -> None:
        self.connection = connection

    def cursor(self) -> Statements:
        """A cursor."""
        return Statements(self.connection.cursor())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


class DuckherderConnectionManager(SQLConnectionManager):
    """Opens, cancels and ends sessions."""

    TYPE = "duckherder"

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        """Opens a session, unless it is open."""
        if connection.state == ConnectionState.OPEN:
            return connection
        credentials = connection.credentials

        def connect() -> Handle:
            return Handle(
                duckherder.connect(
                    credentials.url,
                    token=credentials.token or None,
                    database=credentials.database,
                    settings=credentials.settings,
                    progress=False,
                )
            )

        return cls.retry_connection(
            connection,
            connect=connect,
            logger=logger,
            retry_limit=credentials.retries,
            retry_timeout=lambda attempt: attempt,
            retryable_exceptions=[duckherder.OperationalError],
        )

    def cancel(self, connection: Connection) -> None:
        """Stops what a session runs."""
        if connection.handle is not None:
            connection.handle.cancel()

    @contextmanager
    def exception_handler(self, sql: str) -> Iterator[None]:
        """Rolls back and says why."""
        try:
            yield
        except duckherder.Error as e:
            logger.debug("Duckherder error: {}", str(e))
            self._undo()
            raise DbtDatabaseError(str(e)) from e
        except Exception as e:
            self._undo()
            if isinstance(e, DbtRuntimeError):
                raise
            raise DbtRuntimeError(str(e)) from e

    def _undo(self) -> None:
        try:
            self.rollback_if_open()
        except duckherder.Error as e:
            logger.debug("Cannot roll back: {}", str(e))

    @classmethod
    def get_response(cls, cursor: Any) -> AdapterResponse:
        """What dbt prints after a model."""
        rows = cursor.rowcount
        return AdapterResponse(
            _message=f"OK {rows}" if rows > 0 else "OK", code="OK", rows_affected=rows
        )

    @classmethod
    def data_type_code_to_name(cls, type_code: int | str) -> str:
        """The name of a column's type, which a cursor gives already."""
        return str(type_code)
