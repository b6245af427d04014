"""Duckherder for SQLAlchemy 1.4 and 2: ``duckherder://host:port/database``."""

from duckherder.sqlalchemy.dialect import DuckherderDialect

__all__ = ["DuckherderDialect"]
