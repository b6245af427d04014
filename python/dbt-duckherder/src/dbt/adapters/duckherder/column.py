"""Columns, by DuckDB's names of types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dbt.adapters.base.column import Column


@dataclass
class DuckherderColumn(Column):
    """A column of a relation."""

    TYPE_LABELS: ClassVar[dict[str, str]] = {"STRING": "VARCHAR", "TEXT": "VARCHAR"}

    @property
    def data_type(self) -> str:
        """The type as SQL writes it: DuckDB's name has precision and scale in it already."""
        return self.dtype

    def is_string(self) -> bool:
        """Whether it holds texts."""
        return self.dtype.upper() in {"VARCHAR", "TEXT", "STRING"}

    @classmethod
    def string_type(cls, size: int) -> str:
        """DuckDB's texts have no greatest length."""
        return "VARCHAR"
