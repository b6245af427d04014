"""A session on a cluster."""

from __future__ import annotations

import os
import re
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any

import adbc_driver_flightsql
import adbc_driver_flightsql.dbapi
import adbc_driver_manager
import adbc_driver_manager.dbapi
from typing_extensions import Self

from duckherder._statements import Boundary, boundary
from duckherder.cursor import Cursor, IngestMode, Parameters, cancel
from duckherder.errors import DatabaseError, Error, InterfaceError, OperationalError, translate
from duckherder.progress import Display, Meter, default_display
from duckherder.result import Result

DEFAULT_PORT = 8815
_MOST_MESSAGE_BYTES = 256 << 20
_URL = re.compile(
    r"^(?:(?P<scheme>[a-z+]+)://)?(?P<host>\[[^\]]+\]|[^:/]+)(?::(?P<port>\d+))?(?:/(?P<database>[^?]*))?$"
)
_SCHEMES = {
    None: "grpc",
    "grpc": "grpc",
    "grpc+tcp": "grpc",
    "duckherder": "grpc",
    "grpc+tls": "grpc+tls",
    "grpcs": "grpc+tls",
}


def connect(
    url: str = f"grpc://127.0.0.1:{DEFAULT_PORT}",
    *,
    token: str | None = None,
    database: str | None = None,
    settings: Mapping[str, object] | None = None,
    autocommit: bool = True,
    progress: bool | Display | None = None,
    adbc_options: Mapping[str, str] | None = None,
) -> Connection:
    """Opens a session on a cluster.

    ``url`` is ``grpc://host:port`` of the driver; ``host`` and ``host:port/database`` will do.
    ``token`` is what the cluster asks of its clients, by default ``$DUCKHERDER_TOKEN``. ``database`` is
    the database in which names are looked up, by default the cluster's first. ``settings`` are set for
    the session. Without ``autocommit`` a transaction begins with the first statement, as PEP 249 has
    it. ``progress`` shows a bar for queries that take more than a second: by default in notebooks and
    on terminals, never with False. ``adbc_options`` go to the ADBC driver as they are.
    """
    target, of_url = _target(url)
    options = {
        adbc_driver_flightsql.DatabaseOptions.WITH_COOKIE_MIDDLEWARE.value: "true",
        adbc_driver_flightsql.DatabaseOptions.WITH_MAX_MSG_SIZE.value: str(_MOST_MESSAGE_BYTES),
    }
    secret = token if token is not None else os.environ.get("DUCKHERDER_TOKEN")
    if secret:
        options[adbc_driver_flightsql.DatabaseOptions.AUTHORIZATION_HEADER.value] = (
            f"Bearer {secret}"
        )
    options.update(adbc_options or {})
    connection = Connection(target, options, _display(progress))
    try:
        connection.use(database or of_url, settings or {})
    except BaseException:
        connection.close()
        raise
    connection.autocommit = autocommit
    return connection


def _target(url: str) -> tuple[str, str | None]:
    parts = _URL.match(url)
    if parts is None or parts["scheme"] not in _SCHEMES:
        raise InterfaceError(
            f'Invalid url "{url}" (expected grpc://host:port, like grpc://127.0.0.1:8815)'
        )
    port = parts["port"] or DEFAULT_PORT
    return f"{_SCHEMES[parts['scheme']]}://{parts['host']}:{port}", parts["database"] or None


def _display(progress: bool | Display | None) -> Display | None:
    if progress is False:
        return None
    if progress is None or progress is True:
        return default_display()
    return progress


class Connection:
    """A session: settings, temporary objects, perhaps a transaction. Made by `connect`.

    It may be used by one thread at a time; `cancel` may be called by any.
    """

    def __init__(self, url: str, options: Mapping[str, str], display: Display | None) -> None:
        self.url = url
        self._options = dict(options)
        self._display = display
        self._autocommit = True
        self._in_transaction = False
        self._lost = False
        self._watch: Connection | None = None
        self.isolation_level: str | None = None
        self._cursors: weakref.WeakSet[Cursor] = weakref.WeakSet()
        # Strong, since the driver closes no connection before its statements, and a cursor that is
        # garbage is in no weak set any more before it has closed its own.
        self.statements: set[adbc_driver_manager.dbapi.Cursor] = set()
        self._adbc = self._open()

    def _open(self) -> adbc_driver_manager.dbapi.Connection:
        try:
            return adbc_driver_flightsql.dbapi.connect(
                self.url, db_kwargs=self._options, autocommit=True
            )
        except adbc_driver_manager.Error as e:
            raise translate(e) from None

    def use(self, database: str | None, settings: Mapping[str, object]) -> None:
        """Looks names up in a database from now on, and sets settings of the session."""
        if database:
            self.execute("USE " + quote(database)).close()
        for name, value in settings.items():
            self.execute(f"SET {name} = {_literal(value)}").close()

    @property
    def adbc(self) -> adbc_driver_manager.dbapi.Connection:
        """The ADBC connection below, for all that this class does not have."""
        return self._adbc

    # ---- statements ----

    def cursor(self) -> Cursor:
        """A cursor as PEP 249 has it."""
        cursor = Cursor(self)
        self._cursors.add(cursor)
        return cursor

    def execute(self, statement: str, parameters: Parameters | None = None) -> Cursor:
        """Runs a statement at once and gives the cursor with its rows."""
        cursor = self.cursor()
        try:
            return cursor.execute(statement, parameters)
        except BaseException:
            cursor.close()
            raise

    def sql(self, query: str, parameters: Parameters | None = None) -> Result:
        """A query whose rows can be had in many forms.

        What only reads is sent when the rows are asked for; all else runs at once.
        """
        return Result(self, query, parameters)

    def ingest(
        self,
        table: str,
        data: Any,
        mode: IngestMode = "append",
        *,
        schema: str | None = None,
        database: str | None = None,
        temporary: bool = False,
    ) -> int:
        """Puts rows into a table, as a stream of Arrow batches and as one transaction.

        ``data`` is anything that speaks Arrow's C interface: a table or reader of pyarrow, a frame of
        polars or pandas, a relation of duckdb. Gives the number of rows.
        """
        with self.cursor() as cursor:
            return cursor.ingest(
                table, data, mode, schema=schema, database=database, temporary=temporary
            )

    def cancel(self) -> None:
        """Cancels what this connection runs; callable from any thread."""
        for statement in list(self.statements):
            cancel(statement)

    # ---- transactions ----

    @property
    def autocommit(self) -> bool:
        """Whether each statement is a transaction of its own, unless `begin` opened one."""
        return self._autocommit

    @autocommit.setter
    def autocommit(self, value: bool) -> None:
        if value and self._in_transaction:
            raise InterfaceError(
                "Cannot turn autocommit on in a transaction; commit or roll back before"
            )
        self._autocommit = value

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._in_transaction

    def begin(self) -> None:
        """Opens a transaction."""
        self.execute("BEGIN").close()

    def commit(self) -> None:
        """Makes the open transaction last; without one does nothing."""
        if self._in_transaction:
            self._end("COMMIT")

    def rollback(self) -> None:
        """Undoes the open transaction; without one, or one that the cluster has ended, does nothing."""
        if self._in_transaction:
            try:
                self._end("ROLLBACK")
            except DatabaseError:
                if self._in_transaction:
                    raise

    def _end(self, how: str) -> None:
        for cursor in list(self._cursors):
            cursor.drop_rows()
        self.execute(how).close()

    @contextmanager
    def transaction(self) -> Iterator[Self]:
        """A transaction that ends with the block: committed, or rolled back if it raises."""
        self.begin()
        try:
            yield self
        except BaseException:
            with suppress(DatabaseError):
                self.rollback()
            raise
        self.commit()

    def before(self, statement: str) -> None:
        """Opens the transaction that a statement is to be part of; cursors call it."""
        if self._lost and boundary(statement) is not Boundary.ROLLBACK:
            raise OperationalError(
                "Cannot go on in the transaction: it was lost with its session; roll back, and run it again",
                code="TRANSACTION_ENDED",
                kind="USER",
                retryable=True,
            )
        wanted = not self._autocommit and not self._in_transaction
        if wanted and boundary(statement) is Boundary.NONE:
            self.begin()

    def after(self, statement: str) -> None:
        """Notes what a statement did to the transaction; cursors call it."""
        kind = boundary(statement)
        if kind is not Boundary.NONE:
            self._in_transaction, self._lost = kind is Boundary.BEGIN, False

    def failed(self, statement: str, error: Error) -> None:
        """Notes what a failure left of the transaction; cursors call it.

        A COMMIT ends it even if it fails. Of a session that is gone, and of one that cannot be asked,
        the transaction is lost: what comes before a rollback must not run outside of it.
        """
        if not self._in_transaction:
            return
        kind = boundary(statement)
        gone = error.code == "NO_SESSION"
        if kind is Boundary.COMMIT and not gone:
            try:
                self.rollback()
            except DatabaseError:
                self._lost = True
        elif kind is Boundary.COMMIT or (
            kind is Boundary.ROLLBACK and (gone or error.code == "INVALID_QUERY")
        ):
            self._in_transaction = self._lost = False
        elif gone or kind is Boundary.ROLLBACK:
            self._lost = True

    # ---- progress ----

    def meter(self, statement: str) -> Meter | None:
        """Shows how far a statement is, if somebody looks."""
        if self._display is None:
            return None
        return Meter(self._display, lambda: self._progress_of(statement))

    def _progress_of(self, statement: str) -> tuple[str, int | None, int | None] | None:
        try:
            if self._watch is None:
                self._watch = Connection(self.url, self._options, None)
            row = self._watch.execute(
                "SELECT state, tasks, tasks_done FROM duckherder_get_query_history()"
                " WHERE end_time IS NULL AND sql = ? ORDER BY start_time DESC LIMIT 1",
                [statement[:65536]],
            ).fetchone()
        except DatabaseError:
            return None
        return None if row is None else (str(row[0]), row[1], row[2])

    # ---- end ----

    def close(self) -> None:
        """Ends the session; an open transaction is rolled back."""
        try:
            with suppress(DatabaseError):
                self.rollback()
            self._in_transaction = self._lost = False
            for cursor in list(self._cursors):
                cursor.close()
            for statement in list(self.statements):
                statement.close()
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        finally:
            self._adbc.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.commit()
        finally:
            self.close()

    def __repr__(self) -> str:
        return f"duckherder.Connection({self.url})"


def quote(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
