"""Finds the command ``duckherder-cluster`` and runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from duckherder.errors import ClusterStartError

NAME = "duckherder-cluster"


def find_command(given: str | os.PathLike[str] | None = None) -> Path:
    """The command line of Duckherder.

    It is looked for in this order: the argument, which is the script or a directory above its
    ``bin``; ``DUCKHERDER_HOME``, if that is an unpacked release or a checkout; the checkout that this
    package was installed from; the checkout around the working directory; the ``PATH``.
    """
    if given is not None:
        found = _in(Path(given))
        if found is None:
            raise ClusterStartError(
                f'Cannot find {NAME} at "{given}" (expected the script, or an unpacked release or'
                " checkout that has it in bin)"
            )
        return found
    for place in _places():
        found = _in(place)
        if found is not None:
            return found
    on_path = shutil.which(NAME)
    if on_path is not None:
        return Path(on_path)
    raise ClusterStartError(
        f"Cannot find {NAME}: give its place as command=..., set DUCKHERDER_HOME to an unpacked"
        " release or a checkout, or put its bin on the PATH"
    )


def _places() -> Iterator[Path]:
    home = os.environ.get("DUCKHERDER_HOME")
    if home:
        yield Path(home)
    # <checkout>/python/src/duckherder/_launcher.py, when pip installed the package with -e.
    for above in (*Path(__file__).resolve().parents[2:4], Path.cwd(), *Path.cwd().parents):
        if (above / "pom.xml").is_file():
            yield above


def _in(place: Path) -> Path | None:
    candidates = (place, place / NAME, place / "bin" / NAME)
    return next(
        (path.absolute() for path in candidates if path.is_file() and os.access(path, os.X_OK)),
        None,
    )


def run_command(command: Path, arguments: Sequence[str]) -> str:
    """Runs a command to its end and gives what it printed; fails with its own words."""
    ended = subprocess.run(
        [str(command), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise ClusterStartError(explanation(arguments[0], ended.stderr))
    return ended.stdout


def explanation(what: str, printed: str) -> str:
    """A message of what a command wrote to standard error."""
    lines = [line.removeprefix(f"{NAME}: ") for line in printed.splitlines() if line.strip()]
    return f"Cannot {what}: " + ("; ".join(lines[-5:]) if lines else "the command said nothing")


def make_tpch(
    path: str | os.PathLike[str],
    scale: float = 0.1,
    *,
    command: str | os.PathLike[str] | None = None,
) -> Path:
    """Writes a DuckDB file with the eight tables of TPC-H, unless it is there already."""
    target = Path(path).absolute()
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        run_command(find_command(command), ["tpch", "--scale", str(scale), str(target)])
    return target


def spark_jars(*, command: str | os.PathLike[str] | None = None) -> str:
    """The jars that Spark needs, as ``spark.jars`` takes them: the connector and DuckDB's own."""
    script = find_command(command)
    # A checkout is built by the first use of its command; what it unpacks is a release.
    run_command(script, ["--version"])
    home = script.resolve().parent.parent
    release = home if (home / "lib").is_dir() else home / "dist" / "target" / "duckherder"
    wanted = (("spark", "duckherder-spark-*.jar"), ("lib", "duckdb_jdbc-*.jar"))
    found = [next((release / folder).glob(pattern), None) for folder, pattern in wanted]
    jars = [str(jar) for jar in found if jar is not None]
    if len(jars) < len(wanted):
        raise ClusterStartError(f"Cannot find the jars for Spark in {release}; unpack it again")
    return ",".join(jars)
