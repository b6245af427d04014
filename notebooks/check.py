"""Runs notebooks without a browser and holds what they print against what is kept in them.

Each runs as a copy in ``target/check``. A cell passes if it raises nothing and its texts are those that
are kept, once numbers that differ from run to run are masked; of pictures, that there is one is enough.
A cell with the tag ``varies`` may print any text, as long as it prints one where one is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HERE = Path(__file__).parent
COPIES = HERE / "target" / "check"
CELL_SECONDS = 300
CHECKOUT = "/duckherder"
"""What outputs that are kept call the folder of the checkout."""

MASKS = (
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"(?:grpc|http)://[\w.\-]+:\d+"), "ADDRESS"),
    (re.compile(r"127\.0\.0\.1:\d+"), "ADDRESS"),
    # Where row groups end depends on how the threads that wrote a file took turns.
    (re.compile(r"rows (?:\d+ to \d+|from \d+ on)"), "ROWS"),
    (re.compile(r"\b(\d+) of \1 row groups"), "all row groups"),
    (re.compile(r"\b\d+ of \d+ row groups"), "some row groups"),
    (re.compile(r"plan_id=\d+"), "plan_id=N"),
    (re.compile(r"/tmp/[\w./\-]+"), "FILE"),  # noqa: S108 - a pattern
    (re.compile(r"\b\d+(?:\.\d+)? ?(?:ms|s|seconds)\b"), "TIME"),
    (
        re.compile(
            r"\b\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[+\-]\d{2}(?::?\d{2})?)?"
        ),
        "NOW",
    ),
    (re.compile(r"0x[0-9a-f]{6,}"), "OBJECT"),
    (re.compile(r"(?<=#)\d+L?"), "N"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "ID"),
    (re.compile(r"[ \t─═-]+"), " "),
)


def masked(text: str) -> str:
    """A text without what differs from run to run."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return "\n".join(line.strip() for line in text.strip().splitlines())


def shown(cell: Any) -> list[str]:
    """What people see of a cell: its texts, and which pictures."""
    parts: list[str] = []
    streams = {"stdout": "", "stderr": ""}
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] += output.text
        elif output.output_type == "error":
            parts.append("error " + output.ename)
        else:
            images = [kind for kind in output.data if kind.startswith("image/")]
            parts += images or [masked(output.data.get("text/plain", ""))]
    # What libraries write to standard error is theirs, and changes with them.
    return ([masked(streams["stdout"])] if streams["stdout"] else []) + parts


def differences(kept: Any, ran: Any) -> list[str]:
    """What differs between the cells that are kept and those that ran."""
    found = []
    for number, (old, new) in enumerate(zip(kept.cells, ran.cells, strict=True), 1):
        if old.cell_type != "code":
            continue
        before, now = shown(old), shown(new)
        if "varies" in old.metadata.get("tags", []):
            before, now = ["any"] * len(before), ["any"] * len(now)
        if before != now:
            found.append(
                f"  cell {number} printed\n    {_indented(now)}\n  and is kept with\n    {_indented(before)}"
            )
    return found


def _indented(parts: list[str]) -> str:
    return "\n".join(parts).replace("\n", "\n    ") or "(nothing)"


def run(path: Path) -> Any:
    """Runs a copy of a notebook to its end or its first error."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(HERE)}},
    )
    COPIES.mkdir(parents=True, exist_ok=True)
    try:
        # What Java and the kernel say at their start goes beside the copy.
        with (COPIES / path.with_suffix(".log").name).open("w", encoding="utf-8") as log:
            client.execute(stdout=log, stderr=log)
    finally:
        tidy(notebook)
        nbformat.write(notebook, COPIES / path.name)
    return notebook


def tidy(notebook: Any) -> None:
    """Leaves out what differs from run to run and tells nobody anything."""
    notebook.metadata = nbformat.from_dict(
        {
            **({"needs": notebook.metadata.needs} if "needs" in notebook.metadata else {}),
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [
                _moved(output)
                for output in cell.outputs
                if not (output.output_type == "stream" and output.name == "stderr")
            ]


def _moved(output: Any) -> Any:
    """An output as it would be in another folder."""
    here, there = json.dumps(str(HERE.parent))[1:-1], CHECKOUT
    return nbformat.from_dict(json.loads(json.dumps(output).replace(here, there)))


def check(path: Path, update: bool) -> bool:
    """Whether a notebook passes; with ``update``, what it prints now is kept from then on."""
    began = time.monotonic()
    try:
        ran = run(path)
    except CellExecutionError as e:
        print(f"FAILED {path.name}: a cell raised {e.ename}\n{e}", flush=True)
        return False
    found = differences(nbformat.read(path, as_version=4), ran)
    if update and found:
        nbformat.write(ran, path)
    elif found:
        print(f"FAILED {path.name}, see target/check/{path.name}\n" + "\n".join(found), flush=True)
        return False
    print(f"passed {path.name} in {time.monotonic() - began:.0f} s", flush=True)
    return True


def missing(path: Path) -> str | None:
    """The file that a notebook is about, its metadata ``needs``, if that is not there."""
    needed = nbformat.read(path, as_version=4).metadata.get("needs")
    return None if needed is None or (HERE / needed).is_file() else needed


def main() -> int:
    """Runs the notebooks and tells how many passed."""
    arguments = argparse.ArgumentParser(prog="notebooks/run")
    mode = arguments.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--update", action="store_true")
    arguments.add_argument("names", nargs="*", metavar="NAME")
    given = arguments.parse_args()
    paths = sorted(HERE.glob("*.ipynb"))
    if given.names:
        paths = [path for path in paths if any(name in path.name for name in given.names)]
    # A bar that is drawn for a while would be an output now and then.
    os.environ["DUCKHERDER_PROGRESS"] = "off"
    passed = skipped = 0
    for path in paths:
        absent = missing(path)
        if absent is None:
            passed += check(path, given.update)
        else:
            skipped += 1
            print(f"skipped {path.name}: there is no {absent} yet", flush=True)
    failed = len(paths) - passed - skipped
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if paths and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
