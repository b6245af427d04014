"""How a statement runs, and which of them begin a transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import default

from duckherder._statements import Boundary, boundary, is_read, keyword

_OUTSIDE = {"SET", "RESET", "USE", "CALL", "PRAGMA", "CHECKPOINT", "VACUUM"}


class DuckherderExecutionContext(default.DefaultExecutionContext):
    """A run of a statement."""

    def fire_sequence(self, seq: Any, type_: Any) -> Any:
        """The next number of a sequence."""
        name = self.identifier_preparer.format_sequence(seq)
        return self._execute_scalar(f"SELECT nextval('{name}')", type_)

    def should_autocommit_text(self, statement: str) -> bool:
        """Whether SQLAlchemy 1.4, outside of a transaction, is to commit after a statement."""
        return begins_transaction(statement)


def begins_transaction(statement: str) -> bool:
    """Whether a statement is to be in a transaction: not if it only reads, or must not be in one."""
    if is_read(statement) or boundary(statement) is not Boundary.NONE:
        return False
    return keyword(statement) not in _OUTSIDE
