from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import duckherder

CHECKOUT = Path(__file__).parents[2]


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def processes_with(text: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().decode("utf-8", "replace")
            except OSError:
                continue
            if text in command:
                found.append(int(entry.name))
    return found


def test_leaves_nothing_behind():
    with duckherder.LocalCluster(workers=1) as cluster:
        directory = cluster.directory
        assert processes_with(str(directory))
        with cluster.connect(progress=False) as connection:
            connection.sql("CREATE TABLE t AS SELECT 42 AS i")
            assert connection.sql("FROM local.t").fetchall() == [(42,)]
        assert (cluster.logs / "driver.log").is_file()
    assert not processes_with(str(directory))
    assert not directory.exists()
    cluster.stop()


def test_asks_for_the_token():
    with duckherder.LocalCluster(workers=0, token="a-secret-of-this-test") as cluster:
        with cluster.connect(progress=False) as connection:
            assert connection.sql("SELECT 1").fetchone() == (1,)
        with pytest.raises(duckherder.OperationalError) as failed:
            duckherder.connect(cluster.url, token="another-secret-than-that").sql(
                "SELECT 1"
            ).fetchall()
        assert failed.value.code == "AUTHENTICATION_FAILED"


def test_an_option_that_is_wrong_is_told():
    with pytest.raises(duckherder.ClusterStartError, match="--nothing"):
        duckherder.LocalCluster(nothing="x")
    with pytest.raises(duckherder.ClusterStartError, match=r"(?i)no.such.duckdb"):
        duckherder.LocalCluster(databases={"x": "no-such.duckdb"})


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks as Linux does")
def test_stops_though_a_child_of_python_was_forked():
    with duckherder.LocalCluster(workers=0) as cluster:
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(tell)
            os.read(told, 1)
            os._exit(0)
        os.close(told)
    assert not processes_with(str(cluster.directory))
    os.close(tell)
    os.waitpid(child, 0)


def test_a_command_that_is_not_there_is_told(tmp_path, monkeypatch):
    with pytest.raises(duckherder.ClusterStartError, match="Cannot find duckherder-cluster at"):
        duckherder.LocalCluster(command=tmp_path)
    assert duckherder.find_command(CHECKOUT) == CHECKOUT / "bin" / "duckherder-cluster"
    monkeypatch.setenv("DUCKHERDER_HOME", str(CHECKOUT))
    assert duckherder.find_command() == CHECKOUT / "bin" / "duckherder-cluster"


def test_a_java_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(duckherder.ClusterStartError, match="JAVA_HOME is .* which has no bin/java"):
        duckherder.LocalCluster()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes as Linux shows them")
def test_ends_with_python_even_if_that_is_killed():
    program = (
        "import duckherder, sys\n"
        "cluster = duckherder.LocalCluster(workers=1)\n"
        "print(cluster.directory, flush=True)\n"
        "sys.stdin.read()\n"
    )
    python = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    directory = python.stdout.readline().strip()
    started = processes_with(directory)
    assert started
    os.kill(python.pid, signal.SIGKILL)
    python.wait()
    while any(alive(pid) for pid in started):
        pass
    python.stdin.close()
    python.stdout.close()
    subprocess.run(["rm", "-r", directory], check=True)  # noqa: S607
