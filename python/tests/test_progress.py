from __future__ import annotations

import contextlib
import threading

import duckherder
from duckherder.progress import Progress


class Recorder:
    """A display that keeps what it is told, and lets a test wait for it."""

    def __init__(self) -> None:
        self.shown: list[Progress] = []
        self.cleared = 0
        self.known = threading.Event()

    def show(self, progress: Progress) -> None:
        self.shown.append(progress)
        if progress.state == "running":
            self.known.set()

    def clear(self) -> None:
        self.cleared += 1


def test_a_long_query_is_shown_until_it_ends(cluster):
    display = Recorder()
    with cluster.connect(progress=display) as connection:
        connection.sql("SET duckherder_execution = 'distributed'")
        connection.sql("SET duckherder_partition_rows = 40000")
        query = (
            "SELECT l_linestatus, max(hash(l_comment || n.range)) FROM tpch.lineitem,"
            " range(10000) n GROUP BY ALL"
        )

        def cancel() -> None:
            display.known.wait()
            connection.cancel()

        watcher = threading.Thread(target=cancel)
        watcher.start()
        with contextlib.suppress(duckherder.QueryCancelled):
            connection.sql(query).arrow()
        watcher.join()
    assert display.cleared >= 1
    last = display.shown[-1]
    assert last.seconds >= 1
    assert last.tasks is not None
    assert last.tasks_done is not None


def test_a_short_query_shows_nothing(cluster):
    display = Recorder()
    with cluster.connect(progress=display) as connection:
        assert connection.sql("SELECT 42").fetchall() == [(42,)]
    assert not display.shown
    assert not display.cleared


def test_a_bar_and_a_spinner():
    assert str(Progress(2.0, 1500, "running", 4, 1)) == (
        "██████░░░░░░░░░░░░░░░░░░    2.0 s  1 of 4 tasks  1,500 rows received"
    )
    assert str(Progress(0.0, 0, "queued", 0, 0)) == "⠋    0.0 s  queued"
