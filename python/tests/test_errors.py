from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

import duckherder
from duckherder.errors import CLASSES

DOCS = Path(__file__).parents[2] / "docs" / "errors.md"


def test_every_documented_code_has_an_exception():
    documented = re.findall(r"^\| ([A-Z_]{4,}) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(CLASSES) == set(documented)


@pytest.mark.parametrize(
    ("sql", "code", "kind", "error"),
    [
        ("SELEC 1", "SYNTAX_ERROR", "USER", duckherder.ProgrammingError),
        ("SELECT * FROM nowhere", "OBJECT_NOT_FOUND", "USER", duckherder.ProgrammingError),
        ("SELECT 'x'::INTEGER", "INVALID_DATA", "USER", duckherder.DataError),
        ("DROP TABLE tpch.nation", "READ_ONLY_DATABASE", "USER", duckherder.ProgrammingError),
        ("ATTACH 'x.duckdb'", "PERMISSION_DENIED", "USER", duckherder.ProgrammingError),
        ("SET duckherder_exection = 'x'", "INVALID_OPTION", "USER", duckherder.ProgrammingError),
    ],
)
def test_an_error_carries_its_code(connection, sql, code, kind, error):
    with pytest.raises(error) as failed:
        connection.sql(sql).fetchall()
    assert failed.value.code == code
    assert failed.value.kind == kind
    assert not failed.value.retryable
    assert str(failed.value).startswith(f"{code}: ")


def test_a_message_is_the_servers_own(connection):
    with pytest.raises(duckherder.ProgrammingError) as failed:
        connection.sql("SET duckherder_exection = 'x'")
    assert failed.value.message == (
        'Cannot set "duckherder_exection": no setting of a session has that name;'
        ' the nearest is "duckherder_execution"'
    )


def test_an_error_in_the_middle_of_a_stream_carries_its_code(connection):
    query = (
        "SELECT CASE WHEN range = 999999 THEN error('too far') ELSE range END FROM range(1000000)"
    )
    with pytest.raises(duckherder.DatabaseError, match="too far") as failed:
        connection.sql(query).arrow()
    assert failed.value.code != "INTERNAL_ERROR"


def test_cancels_from_another_thread(cluster, connection):
    query = "SELECT max(a.range * b.range % 7) FROM range(1000000) a, range(1000000) b"
    running = (
        "SELECT count(*) FROM duckherder_get_query_history()"
        " WHERE sql LIKE 'SELECT max(a.range%' AND state = 'running'"
    )

    def cancel() -> None:
        with cluster.connect(progress=False) as other:
            while other.sql(running).fetchone() != (1,):
                pass
        connection.cancel()

    watcher = threading.Thread(target=cancel)
    watcher.start()
    with pytest.raises(duckherder.QueryCancelled) as failed:
        connection.sql(query).fetchall()
    watcher.join()
    assert failed.value.code == "QUERY_CANCELLED"
    assert connection.sql("SELECT 1").fetchone() == (1,)


def test_nobody_listens():
    with pytest.raises(duckherder.OperationalError) as failed:
        duckherder.connect("grpc://127.0.0.1:9").sql("SELECT 1").fetchall()
    assert failed.value.code == "UNREACHABLE"
    assert failed.value.retryable
