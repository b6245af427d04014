"""The rows of a query in the forms in which people want them."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from duckherder._statements import is_read
from duckherder._table import text_table
from duckherder.cursor import Cursor, Parameters, Row, type_name

if TYPE_CHECKING:
    import pandas
    import polars

    from duckherder.connection import Connection

SHOWN_ROWS = 20

_Shown = tuple[list[Row], pa.Schema, bool]


class Result:
    """A query on a cluster; made by `Connection.sql`.

    What only reads runs when its rows are asked for, on the state that the cluster has then. `arrow`,
    `df`, `pl` and `fetchall` fetch all rows and keep them, so that a second call costs nothing;
    `show` fetches the first ones only; `batches` streams and keeps none. All else, an INSERT say, ran
    when this object was made.
    """

    def __init__(self, connection: Connection, query: str, parameters: Parameters | None) -> None:
        self._connection = connection
        self.query = query
        self.parameters = parameters
        self._table: pa.Table | None = None
        self._rowcount = -1
        self._shown: _Shown | None = None
        if not is_read(query):
            with self._run() as cursor:
                self._rowcount = cursor.rowcount
                self._table = pa.table({}) if cursor.description is None else cursor.arrow()

    def _run(self) -> Cursor:
        return self._connection.execute(self.query, self.parameters)

    # ---- columns ----

    @property
    def schema(self) -> pa.Schema:
        """The columns in Arrow's terms; asking for them does not run the query."""
        if self._table is not None:
            return self._table.schema
        with self._connection.cursor() as cursor:
            return cursor.schema_of(self.query, self.parameters)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.schema.names)

    @property
    def types(self) -> list[str]:
        """DuckDB's types of the columns."""
        return [type_name(field) for field in self.schema]

    @property
    def rowcount(self) -> int:
        """Rows that a statement changed; -1 for a query."""
        return self._rowcount

    # ---- rows ----

    def arrow(self) -> pa.Table:
        """All rows as a table of pyarrow."""
        if self._table is None:
            meter = self._connection.meter(self.query)
            with self._run() as cursor:
                batches: list[pa.RecordBatch] = []
                if meter is None:
                    batches.extend(cursor.batches())
                else:
                    with meter:
                        for batch in cursor.batches():
                            meter.received(batch.num_rows)
                            batches.append(batch)
                self._table = pa.Table.from_batches(batches, cursor.schema)
        return self._table

    def df(self) -> pandas.DataFrame:
        """All rows as a frame of pandas."""
        return self.arrow().to_pandas()

    def pl(self) -> polars.DataFrame:
        """All rows as a frame of polars."""
        import polars

        frame = polars.from_arrow(self.arrow())
        assert isinstance(frame, polars.DataFrame)
        return frame

    def fetchall(self) -> list[Row]:
        """All rows as tuples of Python's own values."""
        columns = [column.to_pylist() for column in self.arrow().columns]
        return list(zip(*columns, strict=True))

    def fetchone(self) -> Row | None:
        """The first row, None if there is none."""
        rows, _, _ = self._first(1)
        return rows[0] if rows else None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.fetchall())

    def __len__(self) -> int:
        return int(self.arrow().num_rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows as they come, a batch at a time; none is kept.

        The query ends when the iterator is closed or was read to its end.
        """
        if self._table is not None:
            yield from self._table.to_batches()
            return
        with self._run() as cursor:
            yield from cursor.batches()

    def reader(self) -> pa.RecordBatchReader:
        """The rows as a stream that other libraries read."""
        return pa.RecordBatchReader.from_batches(self.schema, self.batches())

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.reader().__arrow_c_stream__(requested_schema)

    def _first(self, count: int) -> _Shown:
        """The first rows, the columns, and whether there are more; the rest is not computed."""
        rows: list[Row] = []
        if self._table is not None:
            part = self._table.slice(0, count)
            rows = list(zip(*(column.to_pylist() for column in part.columns), strict=True))
            return rows, self._table.schema, self._table.num_rows > count
        with self._run() as cursor:
            kept: list[pa.RecordBatch] = []
            received = 0
            for batch in cursor.batches():
                kept.append(batch)
                received += batch.num_rows
                if received > count:
                    break
            else:
                self._table = pa.Table.from_batches(kept, cursor.schema)
            part = pa.Table.from_batches(kept, cursor.schema).slice(0, count)
            rows = list(zip(*(column.to_pylist() for column in part.columns), strict=True))
            return rows, cursor.schema, received > count

    # ---- people ----

    def show(self, rows: int = SHOWN_ROWS) -> None:
        """Prints the first rows as a table."""
        print(self._told() or _text(self._first(rows)))

    def fetch_shown(self) -> None:
        """Fetches what a notebook will show of the result, so that a failure comes here."""
        if not self._told():
            self._shown = self._first(SHOWN_ROWS)

    def _take_shown(self) -> _Shown:
        shown, self._shown = self._shown, None
        return shown or self._first(SHOWN_ROWS)

    def _told(self) -> str:
        """What is said instead of rows, if there are none to show."""
        if self._rowcount >= 0:
            return f"{self._rowcount:,} rows changed"
        return "done" if self._table is not None and not self._table.column_names else ""

    def __repr__(self) -> str:
        return self._told() or _text(self._take_shown())

    def _repr_html_(self) -> str:
        told = self._told()
        return f"<p>{told}</p>" if told else _html(self._take_shown())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Both forms of one run, since a notebook asks for both."""
        told = self._told()
        if told:
            return {"text/plain": told, "text/html": f"<p>{told}</p>"}
        shown = self._take_shown()
        return {"text/plain": _text(shown), "text/html": _html(shown)}


def _text(shown: _Shown) -> str:
    rows, schema, more = shown
    return text_table(list(schema.names), [type_name(field) for field in schema], rows, more)


def _html(shown: _Shown) -> str:
    rows, schema, more = shown
    head = "".join(
        f"<th title='{html.escape(type_name(field))}'>{html.escape(field.name)}</th>"
        for field in schema
    )
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell(value))}</td>" for value in row) + "</tr>"
        for row in rows
    )
    note = f"<p>the first {len(rows)} rows</p>" if more else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"


def cell(value: object) -> str:
    """A value as a table shows it."""
    return "NULL" if value is None else str(value)
