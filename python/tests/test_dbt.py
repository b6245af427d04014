from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent / "shop"
GUIDE = Path(__file__).parents[2] / "docs" / "python.md"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, since dbt writes beside its models."""
    return Path(shutil.copytree(PROJECT, tmp_path / "shop"))


def dbt(project: Path, url: str, *arguments: str) -> str:
    """Runs dbt as people do, and gives what it printed."""
    command = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments]
    environment = {**os.environ, "SHOP_URL": url, "DBT_PROFILES_DIR": str(project)}
    ran = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_builds_a_project_and_builds_it_again(project, cluster, connection):
    connection.sql("DROP SCHEMA IF EXISTS dbt CASCADE")
    assert "All checks passed" in dbt(project, cluster.url, "debug")
    assert "ERROR=0" in dbt(project, cluster.url, "build")
    kinds = connection.sql(
        "SELECT table_name, table_type FROM information_schema.tables"
        " WHERE table_schema = 'dbt' ORDER BY 1"
    )
    assert kinds.fetchall() == [
        ("customers", "BASE TABLE"),
        ("merged_orders", "BASE TABLE"),
        ("orders", "VIEW"),
        ("orders_snapshot", "BASE TABLE"),
        ("paid_orders", "BASE TABLE"),
        ("raw_orders", "BASE TABLE"),
    ]
    (customers,) = connection.sql(
        "SELECT comment FROM duckdb_tables() WHERE schema_name = 'dbt' AND table_name = 'customers'"
    )
    assert customers == ("Who bought how much",)
    paid = "SELECT id, seen FROM dbt.paid_orders ORDER BY id"
    assert connection.sql(paid).fetchall() == [(1, "first"), (3, "first")]

    with (project / "seeds" / "raw_orders.csv").open("a", encoding="utf-8") as seed:
        seed.write("4,bob,2026-01-04,7,true,late\n")
    text = (project / "seeds" / "raw_orders.csv").read_text(encoding="utf-8")
    (project / "seeds" / "raw_orders.csv").write_text(text.replace(",5.25,", ",6.25,"))
    assert "ERROR=0" in dbt(project, cluster.url, "build", "--vars", "{run: second}")
    assert connection.sql(paid).fetchall() == [(1, "first"), (3, "second"), (4, "second")]
    versions = "SELECT id, amount, dbt_valid_to IS NULL FROM dbt.orders_snapshot ORDER BY ALL"
    rows = [(row[0], float(row[1]), row[2]) for row in connection.sql(versions)]
    assert rows == [(1, 10.5, True), (2, 20, True), (3, 5.25, False), (3, 6.25, True), (4, 7, True)]
    merged = connection.sql("SELECT sum(amount)::DOUBLE FROM dbt.merged_orders").fetchone()
    assert merged == (43.75,)
    assert "Catalog written" in dbt(project, cluster.url, "docs", "generate")


def test_a_test_that_fails_is_told(project, cluster, connection):
    connection.sql("DROP SCHEMA IF EXISTS dbt CASCADE")
    seed = project / "seeds" / "raw_orders.csv"
    seed.write_text(seed.read_text(encoding="utf-8").replace("\n2,bob", "\n1,bob"))
    with pytest.raises(AssertionError, match=r"(?i)unique_orders_id[\s\S]*got 1 result"):
        dbt(project, cluster.url, "build")


def test_a_view_that_breaks_its_contract_is_told(project, cluster):
    (project / "models" / "named.sql").write_text("select 1 as id")
    (project / "models" / "named.yml").write_text(
        "models: [{name: named, config: {contract: {enforced: true}},"
        " columns: [{name: id, data_type: varchar}]}]"
    )
    with pytest.raises(AssertionError, match="contract"):
        dbt(project, cluster.url, "run", "--select", "named")


def test_a_contract_holds_for_names_that_need_quotes(project, cluster, connection):
    connection.sql("DROP SCHEMA IF EXISTS dbt CASCADE")
    (project / "models" / "named.sql").write_text(
        "{{ config(materialized='table') }} select 1 as \"order\""
    )
    (project / "models" / "named.yml").write_text(
        "models: [{name: named, config: {contract: {enforced: true}},"
        " columns: [{name: order, quote: true, data_type: integer}]}]"
    )
    dbt(project, cluster.url, "run", "--select", "named")
    assert connection.sql("FROM dbt.named").fetchall() == [(1,)]


def test_columns_come_and_go(project, cluster, connection):
    connection.sql("DROP SCHEMA IF EXISTS dbt CASCADE")
    model = project / "models" / "growing.sql"
    config = "{{ config(materialized='incremental', on_schema_change='sync_all_columns') }}\n"
    model.write_text(config + "select 1 as id, 2 as old, 3 as older")
    dbt(project, cluster.url, "run", "--select", "growing")
    model.write_text(
        config
        + "select 2 as id, {{ dbt.dateadd('day', 2, \"date '2026-01-30'\") }}::date as later,"
        " {{ dbt.datediff(\"date '2026-01-30'\", \"date '2026-03-01'\", 'month') }} as months,"
        " {{ dbt.last_day(\"date '2026-02-03'\", 'month') }}::date as ends"
    )
    dbt(project, cluster.url, "run", "--select", "growing")
    rows = connection.sql("SELECT id, later::TEXT, months, ends::TEXT FROM dbt.growing ORDER BY id")
    assert rows.fetchall() == [(1, None, None, None), (2, "2026-02-01", 2, "2026-02-28")]


def test_a_schema_may_have_capitals(project, cluster, connection):
    connection.sql('DROP SCHEMA IF EXISTS "DBT_Anna" CASCADE')
    profiles = project / "profiles.yml"
    profiles.write_text(profiles.read_text().replace("schema: dbt", "schema: DBT_Anna"))
    dbt(project, cluster.url, "build")
    dbt(project, cluster.url, "build")
    dbt(project, cluster.url, "docs", "generate")
    catalog = json.loads((project / "target" / "catalog.json").read_text())
    assert "model.shop.customers" in catalog["nodes"]


def test_the_profile_of_the_guide_connects(project, cluster):
    (profile,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    address = cluster.url.removeprefix("grpc://")
    (project / "profiles.yml").write_text(profile.replace("127.0.0.1:8815", address))
    assert "All checks passed" in dbt(project, cluster.url, "debug")


def test_the_transcript_of_the_guide_is_what_dbt_prints(project, cluster, connection):
    connection.sql("DROP SCHEMA IF EXISTS dbt CASCADE")
    (transcript,) = re.findall(r"```\n\$ dbt build\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    printed = untimed(dbt(project, cluster.url, "build"))
    assert printed.issuperset(untimed(transcript)), untimed(transcript) - printed


def untimed(output: str) -> set[str]:
    """The lines of what dbt printed, without times, numbers of macros and the order of threads."""
    volatile = r"^\d\d:\d\d:\d\d +|\b\d+ of (?=\d+ )|(?<=\.)\.+| in \d+\.\d+s|\d+ macros"
    return {re.sub(volatile, "", line).rstrip() for line in output.splitlines()} - {""}
