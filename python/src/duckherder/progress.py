"""Bars for queries that take long."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from typing_extensions import Self

_FIRST_SECONDS = 1.0
_EVERY_SECONDS = 0.25
_ASK_EVERY = 2
_BAR = 24


@dataclass(frozen=True)
class Progress:
    """How far a query is.

    ``tasks`` is how many tasks the cluster cut it into, over all stages, 0 for a query that the
    driver runs by itself, and None as long as the cluster has not been asked or does not know the
    query. ``rows`` are those that this client received.
    """

    seconds: float
    rows: int
    state: str | None = None
    tasks: int | None = None
    tasks_done: int | None = None

    @property
    def fraction(self) -> float | None:
        """The part of the tasks that are done, where there is more than one."""
        if self.tasks is None or self.tasks_done is None or self.tasks < 2:
            return None
        return min(1.0, self.tasks_done / self.tasks)

    def __str__(self) -> str:
        words = [f"{self.seconds:5.1f} s"]
        if self.state in {"queued", "planning"}:
            words.append(self.state)
        if self.fraction is not None:
            filled = round(self.fraction * _BAR)
            words.insert(0, "█" * filled + "░" * (_BAR - filled))
            words.append(f"{self.tasks_done} of {self.tasks} tasks")
        else:
            words.insert(0, "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"[int(self.seconds / _EVERY_SECONDS) % 10])
        if self.rows:
            words.append(f"{self.rows:,} rows received")
        return "  ".join(words)


class Display(Protocol):
    """Where progress is shown."""

    def show(self, progress: Progress) -> None:
        """Shows how far the query is now."""

    def clear(self) -> None:
        """Takes away what was shown: the query ended."""


class TerminalDisplay:
    """One line of standard error that is drawn again and again."""

    def show(self, progress: Progress) -> None:
        """Draws the line."""
        sys.stderr.write(f"\r\x1b[K{progress}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Deletes the line."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


class NotebookDisplay:
    """An output of a notebook's cell that is replaced again and again."""

    def __init__(self) -> None:
        from IPython.display import DisplayHandle

        self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
        self._shown = False

    def show(self, progress: Progress) -> None:
        """Replaces the output."""
        bundle = {"text/plain": str(progress)}
        if self._shown:
            self._handle.update(bundle, raw=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.display(bundle, raw=True)  # type: ignore[no-untyped-call]
            self._shown = True

    def clear(self) -> None:
        """Empties the output."""
        if self._shown:
            self._handle.update({"text/plain": ""}, raw=True)  # type: ignore[no-untyped-call]


def default_display() -> Display | None:
    """A notebook's cell, the terminal, or nothing where nobody looks.

    The environment variable ``DUCKHERDER_PROGRESS`` turns it ``off``.
    """
    if os.environ.get("DUCKHERDER_PROGRESS", "").lower() in {"off", "0", "false", "no"}:
        return None
    if _in_notebook():
        return NotebookDisplay()
    return TerminalDisplay() if sys.stderr.isatty() else None


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"


Ask = Callable[[], tuple[str, int | None, int | None] | None]


class Meter:
    """Shows how far one query is, from a second after its start to its end.

    A thread of its own draws, and asks the cluster over a connection of its own, so neither slows
    the query. If the cluster cannot be asked, rows and time are shown alone.
    """

    def __init__(self, display: Display, ask: Ask) -> None:
        self._display = display
        self._ask = ask
        self._began = time.monotonic()
        self._rows = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="duckherder-progress", daemon=True)

    def received(self, rows: int) -> None:
        """Counts rows that came."""
        self._rows += rows

    def _run(self) -> None:
        if self._ended.wait(_FIRST_SECONDS):
            return
        told: tuple[str, int | None, int | None] | None = None
        turn = 0
        while not self._ended.is_set():
            if turn % _ASK_EVERY == 0:
                told = self._ask() or told
            turn += 1
            self._display.show(self._progress(told))
            self._ended.wait(_EVERY_SECONDS)
        self._display.clear()

    def _progress(self, told: tuple[str, int | None, int | None] | None) -> Progress:
        seconds = time.monotonic() - self._began
        if told is None:
            return Progress(seconds, self._rows)
        return Progress(seconds, self._rows, *told)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
