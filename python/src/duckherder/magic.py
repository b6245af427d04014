"""SQL in the cells of a notebook."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class

from duckherder._statements import parameter_names, split
from duckherder.connection import Connection, connect
from duckherder.errors import Error
from duckherder.local import LocalCluster
from duckherder.result import Result

_URL = re.compile(r"^\s*\S*://\S+\s*$")
_TARGET = re.compile(r"^\s*(?:([A-Za-z_]\w*)\s*<<)?\s*(.*)$", re.DOTALL)

_USAGE = """\
%duckherder grpc://127.0.0.1:8815   connects, with the token in $DUCKHERDER_TOKEN
%duckherder cluster                 connects to what a variable holds: a LocalCluster or a Connection
%duckherder SELECT 42               runs a statement
%%duckherder                        runs the cell: statements, separated by semicolons
%%duckherder rows <<                the same, and keeps the last result as a variable
$name in SQL is the value of the variable of that name"""


@magics_class
class DuckherderMagics(Magics):
    """``%duckherder`` and ``%%duckherder``."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._connection: Connection | None = None
        self._own = False

    @line_cell_magic
    def duckherder(self, line: str, cell: str | None = None) -> Result | None:
        """Runs SQL on a cluster."""
        try:
            if cell is None:
                return self._line(line.strip())
            name, rest = self._target(line)
            return self._run(f"{rest}\n{cell}", name)
        except Error as e:
            # The stack of the client tells people who write SQL nothing.
            raise UsageError(str(e)) from None

    def _line(self, line: str) -> Result | None:
        if not line:
            print(_USAGE)
            return None
        if _URL.match(line):
            self._connect(connect(line), own=True)
            return None
        held = self._variables.get(line) if line.isidentifier() else None
        if isinstance(held, LocalCluster | Connection):
            own = isinstance(held, LocalCluster)
            self._connect(held.connect() if isinstance(held, LocalCluster) else held, own=own)
            return None
        name, statement = self._target(line)
        return self._run(statement, name)

    @property
    def _variables(self) -> dict[str, Any]:
        assert self.shell is not None
        variables: dict[str, Any] = self.shell.user_ns
        return variables

    def _connect(self, connection: Connection, *, own: bool) -> None:
        """Uses a connection from now on, and closes the one before if it made that itself."""
        if self._connection is not None and self._own:
            self._connection.close()
        self._connection, self._own = connection, own
        print(f"Connected to {connection.url}")

    @staticmethod
    def _target(line: str) -> tuple[str | None, str]:
        parts = _TARGET.match(line)
        assert parts is not None
        return parts[1], parts[2]

    def _run(self, text: str, name: str | None) -> Result | None:
        if self._connection is None:
            raise UsageError("Not connected; %duckherder grpc://host:port connects to a cluster")
        result: Result | None = None
        for statement in split(text):
            values = {
                used: self._variables[used]
                for used in parameter_names(statement)
                if used in self._variables
            }
            result = self._connection.sql(statement, values or None)
            result.fetch_shown()
        if name is None:
            return result
        if result is not None:
            result.arrow()
        self._variables[name] = result
        return None
