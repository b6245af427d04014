from __future__ import annotations

from duckherder.sqlalchemy.keywords import RESERVED


def test_reserved_words_are_duckdbs(connection):
    words = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
    assert {row[0] for row in connection.sql(words)} == RESERVED
