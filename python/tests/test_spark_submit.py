from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckherder

JOB = Path(__file__).parents[2] / "examples" / "src" / "main" / "python" / "revenue_job.py"


def test_the_example_job_runs_on_a_cluster(cluster, connection):
    programs = Path(sys.executable).parent
    submit = programs / "spark-submit"
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    connection.sql("DROP TABLE IF EXISTS local.main.revenue")
    ran = subprocess.run(
        [
            str(submit),
            *("--master", "local[2]", "--jars", duckherder.spark_jars()),
            *("--conf", "spark.ui.enabled=false", "--conf", "spark.driver.host=127.0.0.1"),
            *("--conf", "spark.sql.shuffle.partitions=4"),
            *(str(JOB), cluster.url, "tpch", "local"),
        ],
        env={**os.environ, "PATH": path, "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "175 rows in local.main.revenue"
    same = connection.sql(
        """
        SELECT count(*) FROM local.main.revenue r FULL JOIN (
          SELECT n_name, year(o_orderdate) AS year, sum(l_extendedprice * (1 - l_discount)) AS revenue
          FROM tpch.lineitem JOIN tpch.orders ON l_orderkey = o_orderkey
          JOIN tpch.customer ON o_custkey = c_custkey JOIN tpch.nation ON c_nationkey = n_nationkey
          GROUP BY ALL
        ) d ON d.n_name = r.nation AND d.year = r.year AND d.revenue = r.revenue
        WHERE d.year IS NULL OR r.year IS NULL
        """
    )
    assert same.fetchone() == (0,)
