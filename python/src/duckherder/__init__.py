"""Python's way to a Duckherder cluster: one DuckDB database, many processes.

>>> import duckherder
>>> with duckherder.connect("grpc://127.0.0.1:8815") as connection:
...     connection.sql("SELECT count(*) FROM orders").show()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from duckherder._launcher import find_command, make_tpch, spark_jars
from duckherder._statements import split as split_statements
from duckherder.connection import Connection, connect
from duckherder.cursor import Cursor
from duckherder.errors import (
    ClusterStartError,
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    QueryCancelled,
    TransactionConflict,
    Warning,
)
from duckherder.local import LocalCluster
from duckherder.progress import Progress
from duckherder.result import Result
from duckherder.types import (
    BINARY,
    DATETIME,
    NUMBER,
    ROWID,
    STRING,
    Binary,
    Date,
    DateFromTicks,
    Time,
    TimeFromTicks,
    Timestamp,
    TimestampFromTicks,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0.dev0"

apilevel = "2.0"
threadsafety = 1
paramstyle = "qmark"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Gives a notebook the magic ``%%duckherder``: ``%load_ext duckherder``."""
    from duckherder.magic import DuckherderMagics

    shell.register_magics(DuckherderMagics)


__all__ = [
    "BINARY",
    "DATETIME",
    "NUMBER",
    "ROWID",
    "STRING",
    "Binary",
    "ClusterStartError",
    "Connection",
    "Cursor",
    "DataError",
    "DatabaseError",
    "Date",
    "DateFromTicks",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "LocalCluster",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "Progress",
    "QueryCancelled",
    "Result",
    "Time",
    "TimeFromTicks",
    "Timestamp",
    "TimestampFromTicks",
    "TransactionConflict",
    "Warning",
    "apilevel",
    "connect",
    "find_command",
    "make_tpch",
    "paramstyle",
    "spark_jars",
    "split_statements",
    "threadsafety",
]
