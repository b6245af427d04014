"""What SQLAlchemy 1.4 asks of a dialect in other ways than 2 does: Superset still runs on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy
from sqlalchemy import types
from sqlalchemy.engine import default, reflection

Method = TypeVar("Method", bound=Callable[..., Any])

DOUBLE = getattr(types, "DOUBLE", types.FLOAT)
"""1.4 has FLOAT alone; without a precision it is written as DOUBLE."""


def cache(method: Method) -> Method:
    """`reflection.cache`, of which 1.4 fails for a method that tells the type of its result."""
    method.__annotations__.pop("return", None)
    return reflection.cache(method)


class _DefaultDialect14(default.DefaultDialect):
    """A dialect of 2 as one of 1.4."""

    implicit_returning = True

    def __init__(self, isolation_level: Any = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._first_level = isolation_level

    @classmethod
    def dbapi(cls) -> Any:  # type: ignore[override]
        """The old name of a method."""
        return cls.import_dbapi()

    def on_connect(self) -> Callable[[Any], None] | None:
        """Each connection gets the level that `create_engine` was called with."""
        level = self._first_level
        if level is None:
            return None
        return lambda connection: self.set_isolation_level(connection, level)


if TYPE_CHECKING:
    DefaultDialect = default.DefaultDialect
else:
    OLD = sqlalchemy.__version__.startswith("1.")
    DefaultDialect = _DefaultDialect14 if OLD else default.DefaultDialect
