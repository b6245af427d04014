"""The adapter."""

from __future__ import annotations

from typing import Any

from dbt.adapters.base import ConstraintSupport, available
from dbt.adapters.capability import Capability, CapabilityDict, CapabilitySupport, Support
from dbt.adapters.sql import SQLAdapter
from dbt_common.contracts.constraints import ConstraintType

from dbt.adapters.duckherder.column import DuckherderColumn
from dbt.adapters.duckherder.connections import DuckherderConnectionManager
from dbt.adapters.duckherder.relation import DuckherderRelation


class DuckherderAdapter(SQLAdapter):
    """Models become tables and views of a managed database."""

    ConnectionManager = DuckherderConnectionManager
    Relation = DuckherderRelation
    Column = DuckherderColumn

    CONSTRAINT_SUPPORT = {  # noqa: RUF012 - dbt names it
        ConstraintType.check: ConstraintSupport.ENFORCED,
        ConstraintType.not_null: ConstraintSupport.ENFORCED,
        ConstraintType.unique: ConstraintSupport.ENFORCED,
        ConstraintType.primary_key: ConstraintSupport.ENFORCED,
        ConstraintType.foreign_key: ConstraintSupport.ENFORCED,
    }
    _capabilities = CapabilityDict(
        {Capability.SchemaMetadataByRelations: CapabilitySupport(support=Support.Unsupported)}
    )

    @classmethod
    def date_function(cls) -> str:
        """The time now."""
        return "now()"

    @classmethod
    def is_cancelable(cls) -> bool:
        """A query can be stopped."""
        return True

    @classmethod
    def convert_text_type(cls, agate_table: Any, col_idx: int) -> str:
        """The type of a seed's column of texts."""
        return "VARCHAR"

    @classmethod
    def convert_number_type(cls, agate_table: Any, col_idx: int) -> str:
        """The type of a seed's column of numbers."""
        import agate

        decimals = agate_table.aggregate(agate.MaxPrecision(col_idx))
        return "DOUBLE" if decimals else "BIGINT"

    @classmethod
    def convert_integer_type(cls, agate_table: Any, col_idx: int) -> str:
        """The type of a seed's column of whole numbers."""
        return "BIGINT"

    @classmethod
    def convert_datetime_type(cls, agate_table: Any, col_idx: int) -> str:
        """The type of a seed's column of times."""
        return "TIMESTAMP"

    def valid_incremental_strategies(self) -> list[str]:
        """How rows can be added to a table that is there."""
        return ["append", "delete+insert", "merge"]

    @available
    def ingest_seed(self, relation: DuckherderRelation, table: Any) -> int:
        """Puts the rows of a seed into its table, as one stream; DuckDB casts the texts."""
        import pyarrow as pa

        columns = [
            pa.array([None if value is None else str(value) for value in column], pa.string())
            for column in table.columns
        ]
        connection = self.connections.get_thread_connection().handle.connection
        rows = connection.ingest(
            relation.identifier,
            pa.table(columns, names=list(table.column_names)),
            schema=relation.schema,
            database=relation.database,
        )
        return int(rows)
