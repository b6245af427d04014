from __future__ import annotations

import datetime
import decimal
import socket

import pyarrow as pa
import pytest

import duckherder


def test_gives_rows_in_every_form(connection):
    result = connection.sql("SELECT range AS i, 'x' || range AS t FROM range(3)")
    assert result.columns == ["i", "t"]
    assert result.types == ["BIGINT", "VARCHAR"]
    assert result.fetchall() == [(0, "x0"), (1, "x1"), (2, "x2")]
    assert result.arrow().column("t").to_pylist() == ["x0", "x1", "x2"]
    assert result.df()["i"].sum() == 3
    assert result.pl()["i"].to_list() == [0, 1, 2]
    assert [batch.num_rows for batch in result.batches()] == [3]
    assert len(result) == 3


def test_other_libraries_read_a_result_as_a_stream(connection):
    result = connection.sql("FROM tpch.nation ORDER BY n_nationkey")
    table = pa.table(result)
    assert table.num_rows == 25
    assert table.column("n_name")[0].as_py() == "ALGERIA"


def test_shows_the_first_rows(connection, capsys):
    connection.sql("SELECT 1 AS one, NULL AS nothing, '日本' AS text").show()
    assert capsys.readouterr().out == (
        "┌─────────┬─────────┬─────────┐\n"
        "│   one   │ nothing │  text   │\n"
        "│ INTEGER │  NULL   │ VARCHAR │\n"
        "├─────────┼─────────┼─────────┤\n"
        "│       1 │ NULL    │ 日本    │\n"
        "└─────────┴─────────┴─────────┘\n"
        "1 row\n"
    )
    connection.sql("FROM range(100)").show(2)
    assert capsys.readouterr().out.endswith("the first 2 rows\n")
    assert "<th title='INTEGER'>one</th>" in connection.sql("SELECT 1 AS one")._repr_html_()


def test_a_notebook_runs_a_query_once(connection):
    result = connection.sql("SELECT 'once' AS told FROM range(100)")
    shown = result._repr_mimebundle_()
    assert "the first 20 rows" in shown["text/plain"]
    assert "the first 20 rows" in shown["text/html"]
    runs = "SELECT count(*) FROM duckherder_get_query_history() WHERE sql LIKE 'SELECT ''once''%'"
    assert connection.sql(runs).fetchone() == (1,)


def test_statements_without_rows_tell_how_many_they_changed(connection, table):
    cursor = connection.cursor()
    assert cursor.execute("SET TimeZone = 'UTC'").description is None
    assert cursor.rowcount == -1
    cursor.execute(f"WITH new AS (SELECT 1 AS id, 'a' AS text) INSERT INTO {table} FROM new")
    assert (cursor.description, cursor.rowcount) == (None, 1)
    cursor.execute("CREATE TEMP TABLE copied AS FROM range(3)")
    assert (cursor.description, cursor.rowcount) == (None, 3)
    counted = cursor.execute('SELECT 7 AS "Count"')
    assert counted.fetchall() == [(7,)]
    cursor.close()


def test_many_rows_come_by_name_or_position(connection, table):
    with connection.cursor() as cursor:
        rows = [{"text": "a", "id": 1}, {"text": "b", "id": 2}]
        assert cursor.executemany(f"INSERT INTO {table} VALUES ($id, $text)", rows).rowcount == 2
        cursor.executemany(f"INSERT INTO {table} VALUES (?, ?)", [(3, "c")])
        assert cursor.executemany(f"INSERT INTO {table} VALUES (?, ?)", []).rowcount == 0
    update = f"UPDATE {table} SET text = $text || $Text WHERE id = $id RETURNING text"
    assert connection.sql(update, {"id": 3, "text": "c"}).fetchall() == [("cc",)]
    assert connection.sql(f"DELETE FROM {table} WHERE id = $id", {"id": 3}).rowcount == 1
    found = connection.sql(f"FROM {table} ORDER BY id").fetchall()
    assert found == [(1, "a"), (2, "b")]


def test_the_rest_of_a_query_that_was_shown_is_cancelled(cluster, connection):
    connection.sql("SELECT a.l_orderkey FROM tpch.lineitem a, tpch.region, tpch.nation").show(3)
    with cluster.connect(progress=False) as other:
        running = (
            "SELECT count(*) FROM duckherder_get_query_history()"
            " WHERE sql LIKE 'SELECT a.l_orderkey%' AND end_time IS NULL"
        )
        while other.sql(running).fetchone() != (0,):
            pass


def test_binds_parameters(connection):
    assert connection.sql("SELECT ? + 1, $2", [41, "x"]).fetchall() == [(42, "x")]
    named = {"a": "x", "b": "y"}
    assert connection.sql("SELECT $b || $a || $b || '$c'", named).fetchall() == [("yxy$c",)]
    with pytest.raises(duckherder.InterfaceError, match=r"No value for the parameter \$c"):
        connection.sql("SELECT $c", named).fetchall()
    day = datetime.date(2026, 1, 31)
    assert connection.sql("SELECT ?::DATE + 1", [day]).fetchall() == [(datetime.date(2026, 2, 1),)]


def test_values_are_pythons_own(connection):
    row = connection.sql(
        "SELECT 1.50::DECIMAL(9,2), DATE '2026-01-31', [1, NULL], {'a': 1}, 'x'::BLOB,"
        " 170141183460469231731687303715884105727::HUGEINT::VARCHAR, true, NULL"
    ).fetchone()
    assert row == (
        decimal.Decimal("1.50"),
        datetime.date(2026, 1, 31),
        [1, None],
        {"a": 1},
        b"x",
        "170141183460469231731687303715884105727",
        True,
        None,
    )


def test_a_cursor_gives_each_row_once(connection):
    cursor = connection.execute("SELECT range FROM range(10)")
    assert cursor.description == [("range", "BIGINT", None, None, None, None, True)]
    assert cursor.description[0][1] == duckherder.NUMBER
    assert cursor.fetchone() == (0,)
    assert cursor.fetchmany(3) == [(1,), (2,), (3,)]
    assert cursor.fetchmany() == [(4,)]
    assert cursor.fetchall() == [(5,), (6,), (7,), (8,), (9,)]
    assert cursor.fetchone() is None
    assert cursor.fetchmany(2) == []
    cursor.close()


def test_writes_run_at_once(connection, table):
    written = connection.sql(f"INSERT INTO {table} SELECT range, 'x' FROM range(5)")
    assert written.rowcount == 5
    assert repr(written) == "5 rows changed"
    assert connection.sql(f"SELECT count(*) FROM {table}").fetchone() == (5,)
    returned = connection.sql(f"DELETE FROM {table} WHERE id < 2 RETURNING id")
    assert sorted(returned.fetchall()) == [(0,), (1,)]


def test_ingests_arrow(connection, table):
    frame = pa.table({"id": [1, 2], "text": ["a", None]})
    assert connection.ingest(table, frame) == 2
    assert connection.sql(f"FROM {table} ORDER BY id").fetchall() == [(1, "a"), (2, None)]
    assert connection.ingest(f"{table}_new", frame, mode="create") == 2
    connection.sql(f"DROP TABLE {table}_new")


def test_a_transaction_is_kept_or_undone_whole(cluster, connection, table):
    with connection.transaction():
        connection.sql(f"INSERT INTO {table} VALUES (1, 'a')")
        with cluster.connect(progress=False) as other:
            assert other.sql(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert connection.sql(f"SELECT count(*) FROM {table}").fetchone() == (1,)
    with pytest.raises(duckherder.IntegrityError), connection.transaction():
        connection.sql(f"INSERT INTO {table} VALUES (2, 'b')")
        connection.sql(f"INSERT INTO {table} VALUES (1, 'again')")
    assert not connection.in_transaction
    assert connection.sql(f"SELECT count(*) FROM {table}").fetchone() == (1,)


def test_without_autocommit_a_transaction_begins_by_itself(connection, table):
    connection.autocommit = False
    connection.sql(f"INSERT INTO {table} VALUES (1, 'a')")
    assert connection.in_transaction
    connection.rollback()
    assert connection.ingest(table, pa.table({"id": [2], "text": ["b"]})) == 1
    connection.commit()
    assert not connection.in_transaction
    assert connection.sql(f"FROM {table}").fetchall() == [(2, "b")]
    connection.commit()
    connection.autocommit = True


def test_a_commit_that_fails_ends_the_transaction(cluster, connection, table):
    connection.sql(f"INSERT INTO {table} VALUES (1, 'a')")
    with cluster.connect(autocommit=False, progress=False) as other:
        other.sql(f"INSERT INTO {table} VALUES (2, 'b')")
        connection.sql(f"INSERT INTO {table} VALUES (2, 'c')")
        with pytest.raises(duckherder.Error):
            other.commit()
        assert not other.in_transaction
        other.rollback()
        other.sql(f"INSERT INTO {table} VALUES (3, 'd')")
        assert connection.sql(f"SELECT max(id) FROM {table}").fetchone() == (2,)
        other.rollback()
    assert connection.sql(f"FROM {table} ORDER BY id").fetchall() == [(1, "a"), (2, "c")]


def test_a_block_whose_commit_fails_closes_the_connection(cluster, connection, table):
    other = cluster.connect(autocommit=False, progress=False)
    with pytest.raises(duckherder.Error) as failed, other:
        other.sql(f"INSERT INTO {table} VALUES (1, 'b')")
        connection.sql(f"INSERT INTO {table} VALUES (1, 'a')")
    assert failed.value.code != "NO_SESSION"
    assert not other.statements


def test_nothing_runs_outside_of_a_transaction_that_was_lost(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    managed = {"local": tmp_path / "local.duckdb"}

    def cluster():
        return duckherder.LocalCluster(managed=managed, workers=0, port=port, directory=tmp_path)

    with cluster() as first:
        connection = first.connect(progress=False)
        connection.sql("CREATE TABLE t (i INTEGER)")
        connection.begin()
        connection.sql("INSERT INTO t VALUES (1)")
    with cluster() as second, connection:
        with pytest.raises(duckherder.Error) as failed:
            connection.sql("INSERT INTO t VALUES (2)")
        assert failed.value.code == "NO_SESSION"
        for statement in ["INSERT INTO t VALUES (3)", "SELECT 1", "COMMIT"]:
            with pytest.raises(duckherder.OperationalError, match="roll back") as failed:
                connection.execute(statement)
            assert failed.value.code == "TRANSACTION_ENDED"
        connection.rollback()
        assert not connection.in_transaction
        with pytest.raises(duckherder.Error) as failed:
            connection.sql("INSERT INTO t VALUES (4)")
        assert failed.value.code == "NO_SESSION"
        with second.connect(progress=False) as other:
            other.begin()
            assert other.sql("FROM t").fetchall() == []


def test_the_second_of_two_writers_is_told_to_run_again(cluster, connection, table):
    connection.sql(f"INSERT INTO {table} VALUES (1, 'a')")
    with cluster.connect(progress=False) as other:
        connection.begin()
        other.begin()
        connection.sql(f"UPDATE {table} SET text = 'b'")
        with pytest.raises(duckherder.TransactionConflict) as failed:
            other.sql(f"UPDATE {table} SET text = 'c'")
        assert failed.value.code == "TRANSACTION_CONFLICT"
        assert failed.value.retryable
        other.rollback()
        connection.commit()


def test_a_session_keeps_settings_and_temporary_tables(connection):
    connection.sql("SET TimeZone = 'Asia/Tokyo'")
    assert connection.sql("SELECT current_setting('TimeZone')").fetchone() == ("Asia/Tokyo",)
    connection.sql("CREATE TEMP TABLE mine AS SELECT 42 AS i")
    assert connection.sql("FROM mine").fetchall() == [(42,)]


def test_connects_to_a_database_with_settings(cluster):
    settings = {"duckherder_execution": "distributed", "duckherder_partition_rows": 100_000}
    with cluster.connect(database="tpch", settings=settings, progress=False) as tpch:
        assert tpch.sql("SELECT count(*) FROM orders").fetchone() == (75_000,)
        plan = tpch.sql("EXPLAIN SELECT l_suppkey, count(*) FROM lineitem GROUP BY ALL").fetchall()
        assert "2 tasks" in dict(plan)["cluster_plan"] or "tasks" in dict(plan)["cluster_plan"]
    with duckherder.connect(cluster.url.removeprefix("grpc://") + "/tpch", progress=False) as tpch:
        assert tpch.sql("SELECT count(*) FROM region").fetchone() == (5,)


@pytest.mark.parametrize("url", ["http://x", "grpc://a:b", "", "grpc://"])
def test_refuses_what_is_no_url(url):
    with pytest.raises(duckherder.InterfaceError, match="expected grpc://host:port"):
        duckherder.connect(url)
