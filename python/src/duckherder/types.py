"""What PEP 249 wants a module to have for types."""

from __future__ import annotations

import datetime
from typing import Final

Date = datetime.date
Time = datetime.time
Timestamp = datetime.datetime
Binary = bytes
DateFromTicks = datetime.date.fromtimestamp
TimestampFromTicks = datetime.datetime.fromtimestamp


def TimeFromTicks(ticks: float) -> datetime.time:  # noqa: N802 - PEP 249 names it
    """The time of day of a number of seconds since 1970."""
    return datetime.datetime.fromtimestamp(ticks).time()


class TypeGroup:
    """Some of DuckDB's types; equal to the name of each, as cursors describe columns."""

    def __init__(self, *names: str) -> None:
        self._names = frozenset(names)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TypeGroup):
            return self._names == other._names
        return isinstance(other, str) and other.split("(")[0] in self._names

    def __hash__(self) -> int:
        return hash(self._names)


STRING: Final = TypeGroup("VARCHAR", "JSON", "UUID", "ENUM", "BIT")
BINARY: Final = TypeGroup("BLOB")
NUMBER: Final = TypeGroup(
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "BIGNUM",
)
DATETIME: Final = TypeGroup(
    "DATE",
    "TIME",
    "TIME_NS",
    "TIMESTAMP",
    "TIMESTAMP_S",
    "TIMESTAMP_MS",
    "TIMESTAMP_NS",
    "TIMESTAMP WITH TIME ZONE",
    "TIME WITH TIME ZONE",
)
ROWID: Final = TypeGroup()
