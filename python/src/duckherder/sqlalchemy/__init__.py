"""Duckherder for SQLAlchemy 2: ``duckherder://host:port/database``."""

from duckherder.sqlalchemy.dialect import DuckherderDialect

__all__ = ["DuckherderDialect"]
