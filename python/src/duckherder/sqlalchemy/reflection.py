"""What is in the databases, as SQLAlchemy's inspector asks for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import NoSuchTableError

from duckherder.sqlalchemy._compat import cache
from duckherder.sqlalchemy.compiler import schema_parts, sqlalchemy_type

_COLUMNS = """
    SELECT column_name, data_type, is_nullable, column_default, comment
    FROM duckdb_columns()
    WHERE database_name = :database AND schema_name = :schema AND table_name = :name
    ORDER BY column_index"""
_CONSTRAINTS = """
    SELECT constraint_type, constraint_column_names, constraint_name, referenced_table,
      referenced_column_names, constraint_text
    FROM duckdb_constraints()
    WHERE database_name = :database AND schema_name = :schema AND table_name = :name
    ORDER BY constraint_index"""
_RELATIONS = {
    "tables": "SELECT table_name AS name, comment FROM duckdb_tables() WHERE NOT internal",
    "views": "SELECT view_name AS name, comment FROM duckdb_views() WHERE NOT internal",
}
_IN_SCHEMA = " AND database_name = :database AND schema_name = :schema AND NOT temporary ORDER BY 1"


class Reflection:
    """Looks into DuckDB's own catalog functions."""

    default_schema_name: str | None

    def _place(self, connection: Connection, schema: str | None) -> dict[str, str]:
        parts = schema_parts(schema) if schema else []
        if len(parts) == 2:
            return {"database": parts[0], "schema": parts[1]}
        current = connection.execute(text("SELECT current_database(), current_schema()")).one()
        return {"database": current[0], "schema": parts[0] if parts else current[1]}

    def _names(self, connection: Connection, schema: str | None, kind: str) -> list[str]:
        rows = connection.execute(
            text(_RELATIONS[kind] + _IN_SCHEMA), self._place(connection, schema)
        )
        return [str(row[0]) for row in rows]

    @cache
    def get_schema_names(self, connection: Connection, **kw: Any) -> list[str]:
        """Schemas of the current database, and those of others with their database's name."""
        rows = connection.execute(
            text(
                "SELECT database_name, schema_name, database_name = current_database()"
                " FROM duckdb_schemas() WHERE database_name NOT IN ('memory', 'system', 'temp')"
                " AND schema_name NOT IN ('information_schema', 'pg_catalog') ORDER BY 3 DESC, 1, 2"
            )
        )
        return [str(schema) if own else f"{database}.{schema}" for database, schema, own in rows]

    @cache
    def get_table_names(
        self, connection: Connection, schema: str | None = None, **kw: Any
    ) -> list[str]:
        """Tables of a schema."""
        return self._names(connection, schema, "tables")

    @cache
    def get_view_names(
        self, connection: Connection, schema: str | None = None, **kw: Any
    ) -> list[str]:
        """Views of a schema."""
        return self._names(connection, schema, "views")

    def get_temp_table_names(self, connection: Connection, **kw: Any) -> list[str]:
        """Temporary tables of the session."""
        rows = connection.execute(
            text("SELECT table_name FROM duckdb_tables() WHERE temporary ORDER BY 1")
        )
        return [row[0] for row in rows]

    def get_temp_view_names(self, connection: Connection, **kw: Any) -> list[str]:
        """Temporary views of the session."""
        rows = connection.execute(
            text("SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal ORDER BY 1")
        )
        return [row[0] for row in rows]

    def has_table(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> bool:
        """Whether a table or view is there, a temporary one too."""
        place = self._place(connection, schema)
        found = connection.execute(
            text(
                "SELECT count(*) FROM duckdb_columns() WHERE table_name = :name"
                " AND (database_name = 'temp' AND :own"
                " OR database_name = :database AND schema_name = :schema)"
            ),
            {**place, "name": table_name, "own": schema is None},
        )
        return bool(found.scalar_one())

    @cache
    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[dict[str, Any]]:
        """Columns of a table or view."""
        place = {**self._place(connection, schema), "name": table_name}
        rows = connection.execute(text(_COLUMNS), place).all()
        if not rows:
            raise NoSuchTableError(table_name)
        return [
            {
                "name": name,
                "type": sqlalchemy_type(str(kind)),
                "nullable": nullable,
                "default": default,
                "autoincrement": False,
                "comment": comment,
            }
            for name, kind, nullable, default, comment in rows
        ]

    def _constraints(
        self, connection: Connection, table: str, schema: str | None, kind: str
    ) -> list[Any]:
        place = {**self._place(connection, schema), "name": table}
        rows = connection.execute(text(_CONSTRAINTS), place)
        return [row for row in rows if row.constraint_type == kind]

    @cache
    def get_pk_constraint(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> dict[str, Any]:
        """The primary key."""
        for row in self._constraints(connection, table_name, schema, "PRIMARY KEY"):
            return {
                "constrained_columns": list(row.constraint_column_names),
                "name": row.constraint_name,
            }
        return {"constrained_columns": [], "name": None}

    @cache
    def get_foreign_keys(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[dict[str, Any]]:
        """Foreign keys; DuckDB's stay within a schema."""
        return [
            {
                "name": row.constraint_name,
                "constrained_columns": list(row.constraint_column_names),
                "referred_schema": schema,
                "referred_table": row.referenced_table,
                "referred_columns": list(row.referenced_column_names),
                "options": {},
            }
            for row in self._constraints(connection, table_name, schema, "FOREIGN KEY")
        ]

    @cache
    def get_unique_constraints(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[dict[str, Any]]:
        """UNIQUE constraints."""
        return [
            {"name": row.constraint_name, "column_names": list(row.constraint_column_names)}
            for row in self._constraints(connection, table_name, schema, "UNIQUE")
        ]

    @cache
    def get_check_constraints(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[dict[str, Any]]:
        """CHECK constraints."""
        return [
            {
                "name": row.constraint_name,
                "sqltext": row.constraint_text.removeprefix("CHECK(").removesuffix(")"),
            }
            for row in self._constraints(connection, table_name, schema, "CHECK")
        ]

    @cache
    def get_indexes(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[dict[str, Any]]:
        """Indexes of columns; those of expressions are left out."""
        place = {**self._place(connection, schema), "name": table_name}
        rows = connection.execute(
            text(
                "SELECT index_name, is_unique, expressions FROM duckdb_indexes()"
                " WHERE database_name = :database AND schema_name = :schema"
                " AND table_name = :name ORDER BY 1"
            ),
            place,
        ).all()
        columns = {column["name"] for column in self.get_columns(connection, table_name, schema)}
        found = []
        for name, unique, expressions in rows:
            names = [part.strip(" \"'") for part in str(expressions).strip("[]").split(",")]
            if all(part in columns for part in names):
                found.append({"name": name, "unique": unique, "column_names": names})
        return found

    @cache
    def get_view_definition(
        self, connection: Connection, view_name: str, schema: str | None = None, **kw: Any
    ) -> str:
        """The SQL of a view."""
        place = {**self._place(connection, schema), "name": view_name}
        found = connection.execute(
            text(
                "SELECT sql FROM duckdb_views() WHERE database_name = :database"
                " AND schema_name = :schema AND view_name = :name"
            ),
            place,
        ).scalar_one_or_none()
        if found is None:
            raise NoSuchTableError(view_name)
        return str(found)

    @cache
    def get_table_comment(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> dict[str, Any]:
        """The comment of a table or view."""
        place = self._place(connection, schema)
        for kind in ("tables", "views"):
            for row in connection.execute(text(_RELATIONS[kind] + _IN_SCHEMA), place):
                if row.name == table_name:
                    return {"text": row.comment}
        raise NoSuchTableError(table_name)

    def get_sequence_names(
        self, connection: Connection, schema: str | None = None, **kw: Any
    ) -> list[str]:
        """Sequences of a schema."""
        rows = connection.execute(
            text("SELECT sequence_name FROM duckdb_sequences() WHERE true" + _IN_SCHEMA),
            self._place(connection, schema),
        )
        return [row[0] for row in rows]

    def has_sequence(
        self, connection: Connection, sequence_name: str, schema: str | None = None, **kw: Any
    ) -> bool:
        """Whether a sequence is there."""
        return sequence_name in self.get_sequence_names(connection, schema)
