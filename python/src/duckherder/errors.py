"""What can go wrong, as the exceptions of PEP 249 that carry Duckherder's own code."""

from __future__ import annotations

import re
from typing import Final

import adbc_driver_manager


class Warning(Exception):  # noqa: A001 - PEP 249 names it
    """A warning, as PEP 249 wants one to exist; none is raised."""


class Error(Exception):
    """What could not be done, and why.

    ``code`` is one of the codes of docs/errors.md, ``kind`` tells who acts (USER, RESOURCE, EXTERNAL
    or INTERNAL), and ``retryable`` whether the same call may succeed later.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "INTERNAL_ERROR",
        kind: str = "INTERNAL",
        retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.kind = kind
        self.retryable = retryable

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class InterfaceError(Error):
    """The package was used in a way that it does not have."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="INVALID_QUERY", kind="USER")


class DatabaseError(Error):
    """The cluster could not do what was asked."""


class DataError(DatabaseError):
    """The data does not allow what the query asks."""


class OperationalError(DatabaseError):
    """Memory, disk, time, a network or a peer failed."""


class IntegrityError(DatabaseError):
    """A write would break a constraint."""


class InternalError(DatabaseError):
    """A bug in Duckherder, or in what it stands on."""


class ProgrammingError(DatabaseError):
    """The query, an option or the use of the session is wrong."""


class NotSupportedError(DatabaseError):
    """The request is understood and not supported."""


class TransactionConflict(OperationalError):
    """Another transaction changed the same rows: roll back, and run the transaction again."""


class QueryCancelled(OperationalError):
    """The query was cancelled, by this client or by an operator."""


class ClusterStartError(OperationalError):
    """A local cluster did not start."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="UNREACHABLE", kind="EXTERNAL")


CLASSES: Final[dict[str, type[DatabaseError]]] = {
    "SYNTAX_ERROR": ProgrammingError,
    "INVALID_QUERY": ProgrammingError,
    "OBJECT_NOT_FOUND": ProgrammingError,
    "OBJECT_EXISTS": ProgrammingError,
    "INVALID_DATA": DataError,
    "INVALID_OPTION": ProgrammingError,
    "UNSUPPORTED": NotSupportedError,
    "UNSUPPORTED_TYPE": NotSupportedError,
    "READ_ONLY_DATABASE": ProgrammingError,
    "TABLE_CHANGED": OperationalError,
    "TRANSACTION_CONFLICT": TransactionConflict,
    "TRANSACTION_ENDED": OperationalError,
    "CONSTRAINT_VIOLATED": IntegrityError,
    "SNAPSHOT_NOT_FOUND": ProgrammingError,
    "NO_SESSION": ProgrammingError,
    "QUERY_CANCELLED": QueryCancelled,
    "AUTHENTICATION_FAILED": OperationalError,
    "PERMISSION_DENIED": ProgrammingError,
    "TICKET_REJECTED": OperationalError,
    "TICKET_EXPIRED": OperationalError,
    "OUT_OF_MEMORY": OperationalError,
    "OUT_OF_DISK": OperationalError,
    "NO_REPLICA_SLOT": OperationalError,
    "PORT_IN_USE": OperationalError,
    "TIMEOUT": OperationalError,
    "QUEUE_TIMEOUT": OperationalError,
    "FILE_NOT_FOUND": OperationalError,
    "FILE_UNREADABLE": OperationalError,
    "FILE_IN_USE": OperationalError,
    "NOT_A_DATABASE": OperationalError,
    "FILE_TOO_NEW": OperationalError,
    "FILE_CORRUPT": OperationalError,
    "FILE_CHANGED": OperationalError,
    "SNAPSHOT_STORE_BROKEN": OperationalError,
    "SNAPSHOT_STORE_TOO_NEW": OperationalError,
    "NO_WORKERS": OperationalError,
    "UNREACHABLE": OperationalError,
    "WORKER_DRAINING": OperationalError,
    "STREAM_BROKEN": OperationalError,
    "EXCHANGE_LOST": OperationalError,
    "STAGED_ROWS_LOST": OperationalError,
    "WRITE_OUTCOME_UNKNOWN": OperationalError,
    "INTERNAL_ERROR": InternalError,
}
"""The exception of each code of docs/errors.md; a code of a newer server is a DatabaseError."""

_STATUS: Final[dict[adbc_driver_manager.AdbcStatusCode, tuple[str, str, bool]]] = {
    adbc_driver_manager.AdbcStatusCode.UNAUTHENTICATED: ("AUTHENTICATION_FAILED", "USER", False),
    adbc_driver_manager.AdbcStatusCode.CANCELLED: ("QUERY_CANCELLED", "USER", False),
    adbc_driver_manager.AdbcStatusCode.TIMEOUT: ("TIMEOUT", "RESOURCE", True),
    adbc_driver_manager.AdbcStatusCode.NOT_IMPLEMENTED: ("UNSUPPORTED", "USER", False),
    adbc_driver_manager.AdbcStatusCode.IO: ("UNREACHABLE", "EXTERNAL", True),
    adbc_driver_manager.AdbcStatusCode.INVALID_ARGUMENT: ("INVALID_QUERY", "USER", False),
    adbc_driver_manager.AdbcStatusCode.INVALID_STATE: ("INVALID_QUERY", "USER", False),
}

_PREFIX = re.compile(r"^[A-Z_]+: (?:\[Flight ?SQL[^\]]*\] )?")
_SUFFIX = re.compile(
    r" \((?:[A-Za-z]+); [^()]*\)(?:\. Vendor code: -?\d+)?(?:\. SQLSTATE: \w+)?$", re.DOTALL
)


def translate(error: adbc_driver_manager.Error) -> DatabaseError:
    """The exception of this package for one of the ADBC driver."""
    told = {_text(name).lower(): _text(value) for name, value in error.details}
    message = _SUFFIX.sub("", _PREFIX.sub("", str(error)))
    if "duckherder-code" in told:
        code = told["duckherder-code"]
        kind = told.get("duckherder-type", "INTERNAL")
        retryable = told.get("duckherder-retryable") == "true"
    else:
        code, kind, retryable = _STATUS.get(
            error.status_code, ("INTERNAL_ERROR", "INTERNAL", False)
        )
    chosen = CLASSES.get(code, DatabaseError)
    return chosen(message, code=code, kind=kind, retryable=retryable)


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
