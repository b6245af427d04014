"""DuckDB's SQL, as SQLAlchemy writes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import types
from sqlalchemy.dialects.postgresql.base import INTERVAL, PGCompiler, PGIdentifierPreparer
from sqlalchemy.sql import compiler
from sqlalchemy.sql.elements import quoted_name

from duckherder.sqlalchemy._compat import DOUBLE
from duckherder.sqlalchemy.keywords import RESERVED


class DuckherderCompiler(PGCompiler):
    """Queries are those of PostgreSQL, but for what DuckDB has not."""

    def for_update_clause(self, select: Any, **kw: Any) -> str:
        """Nothing: DuckDB locks no rows; a conflict is told when it happens."""
        return ""

    def render_bind_cast(self, type_: Any, dbapi_type: Any, sqltext: str) -> str:
        """Parameters travel with their types."""
        return sqltext


class DuckherderTypeCompiler(compiler.GenericTypeCompiler):
    """Names of types."""

    def visit_TEXT(self, type_: Any, **kw: Any) -> str:  # noqa: N802 - SQLAlchemy names it
        return "VARCHAR"

    visit_CLOB = visit_TEXT  # noqa: N815
    visit_NVARCHAR = visit_TEXT  # noqa: N815
    visit_NCHAR = visit_TEXT  # noqa: N815

    def visit_large_binary(self, type_: Any, **kw: Any) -> str:
        return "BLOB"

    visit_BINARY = visit_large_binary  # noqa: N815
    visit_VARBINARY = visit_large_binary  # noqa: N815

    def visit_FLOAT(self, type_: Any, **kw: Any) -> str:  # noqa: N802
        return "DOUBLE" if type_.precision is None or type_.precision > 24 else "FLOAT"

    def visit_DOUBLE_PRECISION(self, type_: Any, **kw: Any) -> str:  # noqa: N802
        return "DOUBLE"

    def visit_TIMESTAMP(self, type_: Any, **kw: Any) -> str:  # noqa: N802
        return "TIMESTAMP WITH TIME ZONE" if type_.timezone else "TIMESTAMP"

    def visit_DATETIME(self, type_: Any, **kw: Any) -> str:  # noqa: N802
        return self.visit_TIMESTAMP(type_, **kw)

    def visit_INTERVAL(self, type_: Any, **kw: Any) -> str:  # noqa: N802
        return "INTERVAL"

    def visit_uuid(self, type_: Any, **kw: Any) -> str:
        return "UUID"

    def visit_ARRAY(self, type_: Any, **kw: Any) -> str:  # noqa: N802
        return self.process(type_.item_type, **kw) + "[]" * (type_.dimensions or 1)


class DuckherderDdlCompiler(compiler.DDLCompiler):
    """Tables: DuckDB counts up by sequences only, which a column's default names."""

    def get_column_specification(self, column: Any, **kwargs: Any) -> str:
        """A column: its name, type, default and NOT NULL."""
        parts = [
            self.preparer.format_column(column),
            self.dialect.type_compiler.process(column.type, type_expression=column),
        ]
        default = self.get_column_default_string(column)
        if default is not None:
            parts.append("DEFAULT " + default)
        if column.computed is not None:
            parts.append(self.process(column.computed))
        if not column.nullable:
            parts.append("NOT NULL")
        return " ".join(parts)


class DuckherderPreparer(PGIdentifierPreparer):
    """Names. A schema of another database is written with it: ``tpch.main``."""

    reserved_words = RESERVED

    def quote_schema(self, schema: str, force: Any = None) -> str:
        """Each part of a schema's name in quotes where it needs them."""
        return ".".join(self.quote(part) for part in schema_parts(schema))


def schema_parts(schema: str) -> list[str]:
    """A schema's name, with that of its database if that is before a dot."""
    if isinstance(schema, quoted_name) and schema.quote:
        return [schema]
    return schema.split(".", 1)


class Interval(INTERVAL):
    """An interval as Python has it; one with months, which Python has not, stays as it came."""

    @classmethod
    def adapt_emulated_to_native(  # type: ignore[override]
        cls, interval: Any, **kw: Any
    ) -> Interval:
        """The type for SQLAlchemy's own of that name."""
        return cls()

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        """What makes Python's value."""
        return _timedelta


def _timedelta(value: Any) -> Any:
    if value is None or value.months:
        return value
    return timedelta(days=value.days, microseconds=value.nanoseconds // 1000)


DUCKDB_TYPES: dict[str, type[types.TypeEngine[Any]]] = {
    "BOOLEAN": types.BOOLEAN,
    "TINYINT": types.SMALLINT,
    "SMALLINT": types.SMALLINT,
    "INTEGER": types.INTEGER,
    "BIGINT": types.BIGINT,
    "UTINYINT": types.SMALLINT,
    "USMALLINT": types.INTEGER,
    "UINTEGER": types.BIGINT,
    "UBIGINT": types.BIGINT,
    "HUGEINT": types.NUMERIC,
    "UHUGEINT": types.NUMERIC,
    "FLOAT": types.FLOAT,
    "DOUBLE": DOUBLE,
    "VARCHAR": types.VARCHAR,
    "JSON": types.VARCHAR,
    "BIGNUM": types.VARCHAR,
    "BIT": types.VARCHAR,
    "UUID": types.VARCHAR,
    "BLOB": types.LargeBinary,
    "DATE": types.DATE,
    "TIME": types.TIME,
    "TIMESTAMP": types.TIMESTAMP,
    "TIMESTAMP_S": types.TIMESTAMP,
    "TIMESTAMP_MS": types.TIMESTAMP,
    "TIMESTAMP_NS": types.TIMESTAMP,
    "INTERVAL": Interval,
}


def sqlalchemy_type(name: str) -> types.TypeEngine[Any]:
    """SQLAlchemy's type of one of DuckDB's, by the name that DuckDB gives it."""
    if name.endswith("[]"):
        inner = sqlalchemy_type(name[:-2])
        return types.ARRAY(inner.item_type if isinstance(inner, types.ARRAY) else inner)
    if name == "TIMESTAMP WITH TIME ZONE":
        return types.TIMESTAMP(timezone=True)
    if name.startswith("DECIMAL("):
        precision, scale = name[len("DECIMAL(") : -1].split(",")
        return types.NUMERIC(int(precision), int(scale))
    if name.startswith("ENUM("):
        return types.VARCHAR()
    found = DUCKDB_TYPES.get(name)
    return types.NullType() if found is None else found()
