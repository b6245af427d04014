"""Statements and their rows, as PEP 249 has them, and as Arrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import adbc_driver_manager
import adbc_driver_manager.dbapi
import pyarrow as pa
from adbc_driver_manager._lib import _blocking_call
from typing_extensions import Self

from duckherder._statements import is_read, parameter_names
from duckherder.errors import Error, InterfaceError, translate

if TYPE_CHECKING:
    import pandas
    import polars

    from duckherder.connection import Connection

IngestMode = Literal["append", "create", "replace", "create_append"]
Parameters = Sequence[Any] | Mapping[str, Any]
Row = tuple[Any, ...]
Description = tuple[str, str, None, None, None, None, bool]

_TYPE = b"duckdb.type"
_COUNT = "Count"
_SUCCESS = "Success"


class Cursor:
    """Runs statements one after the other; made by `Connection.cursor`.

    Rows are streamed: they come from the cluster as they are fetched.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.arraysize = 1
        with self._errors():
            self._adbc = connection.adbc.cursor()
        connection.statements.add(self._adbc)
        self._closed = False
        self._batches: Iterator[pa.RecordBatch] | None = None
        self._schema: pa.Schema | None = None
        self._rows: Iterator[Row] = iter(())
        self._rowcount = -1

    # ---- statements ----

    def execute(self, statement: str, parameters: Parameters | None = None) -> Self:
        """Runs a statement, with values for its ``?``, ``$1`` or ``$name``."""
        self.drop_rows()
        self._connection.before(statement)
        meter = self._connection.meter(statement)
        if meter is None:
            self._run(statement, parameters)
        else:
            with meter:
                self._run(statement, parameters)
        self._connection.after(statement)
        return self

    def _run(self, statement: str, parameters: Parameters | None) -> None:
        with self._errors(statement):
            self._adbc.execute(statement, self._in_order(statement, parameters))
            reader = self._result_reader()
            self._schema = reader.schema
        self._batches = self._read(reader)
        if is_read(statement) or not _tells_success(self._schema):
            self._rows = self._each_row(self._batches)
            return
        values = [value for batch in self._batches for value in batch.column(0).to_pylist()]
        self._rowcount = sum(values) if self._schema.names == [_COUNT] else -1
        self._batches, self._schema = None, None

    @staticmethod
    def _in_order(statement: str, parameters: Parameters | None) -> Sequence[Any] | None:
        """Values by their positions: the driver knows no names; the cluster counts first uses."""
        if not isinstance(parameters, Mapping):
            return parameters or None
        names = parameter_names(statement)
        missing = [name for name in names if name not in parameters]
        if missing:
            raise InterfaceError(f"No value for the parameter ${missing[0]}")
        return [parameters[name] for name in names] or None

    def _read(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """The batches that are left, with the errors of this package."""
        while True:
            with self._errors():
                try:
                    batch = _blocking_call(
                        reader.read_next_batch, (), {}, self._adbc.adbc_statement.cancel
                    )
                except StopIteration:
                    return
            yield batch

    def _result_reader(self) -> pa.RecordBatchReader:
        """The reader that keeps the details of errors, which the one that is public loses."""
        results = self._adbc._results
        assert results is not None
        return results.reader

    @staticmethod
    def _each_row(batches: Iterator[pa.RecordBatch]) -> Iterator[Row]:
        for batch in batches:
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def executemany(self, statement: str, rows: Sequence[Parameters]) -> Self:
        """Runs a statement for each row of values, all of them as one transaction."""
        self.drop_rows()
        self._rowcount = 0
        values = [self._in_order(statement, row) or [] for row in rows]
        if values:
            self._connection.before(statement)
            with self._errors(statement):
                self._adbc.executemany(statement, values)
            self._rowcount = self._adbc.rowcount
        return self

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
        """Puts rows into a table; see `Connection.ingest`."""
        self.drop_rows()
        self._connection.before("INSERT")
        with self._errors():
            return self._adbc.adbc_ingest(
                table,
                data,
                mode,
                catalog_name=database,
                db_schema_name=schema,
                temporary=temporary,
            )

    def schema_of(self, statement: str, parameters: Parameters | None = None) -> pa.Schema:
        """The columns that a query would give; it is not run."""
        self.drop_rows()
        with self._errors():
            return self._adbc.adbc_execute_schema(statement, self._in_order(statement, parameters))

    def cancel(self) -> None:
        """Cancels what this cursor runs; callable from any thread."""
        if not self._closed:
            cancel(self._adbc)

    # ---- rows ----

    @property
    def connection(self) -> Connection:
        """The connection that made the cursor."""
        return self._connection

    @property
    def schema(self) -> pa.Schema:
        """The columns of the rows in Arrow's terms."""
        if self._schema is None:
            raise InterfaceError("Cannot fetch: no statement that gives rows was run")
        return self._schema

    @property
    def description(self) -> list[Description] | None:
        """Name, DuckDB type and whether it may be NULL of each column; None without rows."""
        if self._schema is None:
            return None
        return [
            (field.name, type_name(field), None, None, None, None, field.nullable)
            for field in self._schema
        ]

    @property
    def rowcount(self) -> int:
        """Rows that the statement changed; -1 for queries, whose rows are streamed."""
        return self._rowcount

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows that are left, as they come."""
        self._require_rows()
        assert self._batches is not None
        return self._batches

    def arrow(self) -> pa.Table:
        """The rows that are left as a table."""
        return pa.Table.from_batches(list(self.batches()), self.schema)

    def df(self) -> pandas.DataFrame:
        """The rows that are left as a frame of pandas."""
        return self.arrow().to_pandas()

    def pl(self) -> polars.DataFrame:
        """The rows that are left as a frame of polars."""
        import polars

        frame = polars.from_arrow(self.arrow())
        assert isinstance(frame, polars.DataFrame)
        return frame

    def fetchone(self) -> Row | None:
        """The next row, None after the last."""
        self._require_rows()
        return next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[Row]:
        """The next rows, ``arraysize`` of them by default."""
        self._require_rows()
        wanted = self.arraysize if size is None else size
        return list(islice(self._rows, wanted))

    def fetchall(self) -> list[Row]:
        """The rows that are left."""
        self._require_rows()
        return list(self._rows)

    def __iter__(self) -> Iterator[Row]:
        self._require_rows()
        return self._rows

    def _require_rows(self) -> None:
        if self._closed:
            raise InterfaceError("Cannot fetch: the cursor is closed")
        if self._schema is None:
            raise InterfaceError("Cannot fetch: no statement that gives rows was run")

    def drop_rows(self) -> None:
        """Lets go of rows that were not fetched; their query is cancelled if it still runs."""
        if self._batches is not None:
            with self._errors():
                self._adbc._clear()
        self._batches, self._schema, self._rowcount = None, None, -1
        self._rows = iter(())

    @contextmanager
    def _errors(self, statement: str = "") -> Iterator[None]:
        """The errors of this package; the connection is told what they did to its transaction."""
        try:
            with _errors():
                yield
        except Error as e:
            self._connection.failed(statement, e)
            raise

    # ---- the rest of PEP 249 ----

    def setinputsizes(self, sizes: object) -> None:
        """Does nothing, as PEP 249 allows."""

    def setoutputsize(self, size: int, column: int | None = None) -> None:
        """Does nothing, as PEP 249 allows."""

    def close(self) -> None:
        """Lets go of everything."""
        if not self._closed:
            self._closed = True
            try:
                self.drop_rows()
            finally:
                self._connection.statements.discard(self._adbc)
                with self._errors():
                    self._adbc.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not getattr(self, "_closed", True):
            self.close()


def _tells_success(schema: pa.Schema) -> bool:
    """Whether the answer to a statement only tells that it ran, or how many rows it changed.

    Such an answer has one column without a type of DuckDB's.
    """
    told = schema.names in ([_COUNT], [_SUCCESS])
    return told and _TYPE not in (schema.field(0).metadata or {})


def type_name(field: pa.Field) -> str:
    """DuckDB's type of a column, which travels beside its Arrow type."""
    metadata = field.metadata or {}
    told = metadata.get(_TYPE)
    return str(field.type) if told is None else str(told, "utf-8").strip('"')


def cancel(statement: adbc_driver_manager.dbapi.Cursor) -> None:
    """Cancels what a statement runs; one that runs nothing is left alone."""
    with _errors(), suppress(adbc_driver_manager.ProgrammingError):
        statement.adbc_cancel()


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except adbc_driver_manager.Error as e:
        raise translate(e) from None
