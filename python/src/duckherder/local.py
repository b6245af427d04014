"""A cluster on this machine, for tests and notebooks."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from typing_extensions import Self

from duckherder._launcher import explanation, find_command
from duckherder.connection import Connection, connect
from duckherder.errors import ClusterStartError

_SERVES = re.compile(r"^Duckherder serves .* at (grpc://\S+) with ")
_STOP_SECONDS = 60

# The shell is between Python and the cluster for two things that must hold even if Python is killed:
# the cluster ends when the pipe from Python breaks or brings a line, and an interrupt of Python, which
# reaches all processes of a terminal or a notebook's kernel, is not one of the cluster.
_KEEPER = """
trap '' INT
"$@" </dev/null &
cluster=$!
exec >/dev/null 2>&1
read -r _
kill "$cluster"
wait "$cluster"
"""

Paths = Mapping[str, str | os.PathLike[str]]
Option = str | int | float | bool | os.PathLike[str] | Sequence[str | os.PathLike[str]]


class LocalCluster:
    """A driver and workers on this machine, which end with this object, or with Python.

    >>> with LocalCluster(databases={"sales": "sales.duckdb"}) as cluster:
    ...     cluster.connect().sql("SELECT count(*) FROM orders").fetchall()

    ``databases`` are served read-only; ``managed`` ones take writes and are made if they are not
    there. Without either, there is one managed database ``local`` in a temporary directory. All other
    options of ``duckherder-cluster start`` are keyword arguments: ``memory_limit="2GiB"``,
    ``allow_path=["/data"]``, ``max_queries=4``, ``set=["duckherder_execution=distributed"]``.
    """

    def __init__(
        self,
        databases: Paths | None = None,
        managed: Paths | None = None,
        *,
        workers: int = 2,
        token: str | None = None,
        directory: str | os.PathLike[str] | None = None,
        command: str | os.PathLike[str] | None = None,
        **options: Option,
    ) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._drain: threading.Thread | None = None
        self._temporary = directory is None
        script = find_command(command)
        self.directory = Path(
            tempfile.mkdtemp(prefix="duckherder-") if directory is None else directory
        ).absolute()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.token = token
        try:
            arguments = self._arguments(databases or {}, managed or {}, workers, options)
            self.url = self._start([str(script), "start", *arguments])
        except BaseException:
            self.stop()
            raise

    def _arguments(
        self, databases: Paths, managed: Paths, workers: int, options: Mapping[str, Option]
    ) -> list[str]:
        if not databases and not managed:
            managed = {"local": self.directory / "local.duckdb"}
        arguments = ["--workers", str(workers)]
        arguments += ["--state-dir", str(self.directory / "state")]
        for name, path in databases.items():
            arguments += ["--database", f"{name}={Path(path).absolute()}"]
        for name, path in managed.items():
            arguments += ["--managed", f"{name}={Path(path).absolute()}"]
        if self.token is not None:
            file = self.directory / "token"
            file.touch(mode=0o600)
            file.write_text(self.token + "\n", encoding="utf-8")
            arguments += ["--token-file", str(file)]
        for name, value in {"port": 0, **options}.items():
            arguments += _option(name, value)
        return arguments

    def _start(self, command: list[str]) -> str:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _KEEPER, "sh", *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
            )
            atexit.register(self.stop)
            out = self._process.stdout
            assert out is not None
            for line in out:
                served = _SERVES.match(line)
                if served:
                    # What the cluster prints later must not fill the pipe.
                    self._drain = threading.Thread(
                        target=_read_to_end, args=(out,), name="duckherder-out", daemon=True
                    )
                    self._drain.start()
                    return served.group(1)
            out.close()
            complaints.seek(0)
            raise ClusterStartError(explanation("start a cluster", complaints.read()))

    @property
    def logs(self) -> Path:
        """The directory with the logs of the driver and the workers."""
        return self.directory / "state" / "logs"

    def connect(self, **arguments: Any) -> Connection:
        """A new connection to the cluster; the arguments are those of `duckherder.connect`."""
        return connect(self.url, token=arguments.pop("token", self.token), **arguments)

    def stop(self) -> None:
        """Stops the cluster and waits until its processes are gone; a second call does nothing."""
        process = self._process
        if process is not None:
            assert process.stdin is not None
            # A line, since a child of Python that was forked may hold the pipe open too.
            with suppress(OSError):
                process.stdin.write("\n")
            with suppress(OSError):
                process.stdin.close()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                raise ClusterStartError(
                    f"Cannot stop the cluster of process {process.pid} within {_STOP_SECONDS}"
                    f" seconds; its log is in {self.logs}"
                ) from None
            self._process = None
            atexit.unregister(self.stop)
            if self._drain is not None:
                self._drain.join()
        if self._temporary:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"LocalCluster({self.url})" if self._process else "LocalCluster(stopped)"


def _read_to_end(out: IO[str]) -> None:
    with out:
        for _ in out:
            pass


def _option(name: str, value: Option) -> list[str]:
    flag = "--" + name.replace("_", "-")
    if value is True:
        return [flag]
    if value is False:
        return []
    if isinstance(value, str | int | float | os.PathLike):
        return [flag, str(value)]
    return [word for one in value for word in (flag, str(one))]
