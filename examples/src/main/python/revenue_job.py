"""A Spark job over a cluster: revenue by nation and year, from TPC-H's tables into a table of its own.

    spark-submit --jars duckherder-spark-<version>.jar,duckdb_jdbc-<version>.jar \\
        revenue_job.py grpc://127.0.0.1:8815 tpch sales

The arguments are the cluster's driver, the database with TPC-H's tables, and the managed database that gets
the table ``revenue``. The write is one transaction: a job that fails leaves the table as it was.
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as f


def main(url: str, source: str, target: str) -> None:
    spark = (
        SparkSession.builder.appName("Revenue by nation and year")
        .config("spark.sql.catalog.duck", "io.duckherder.spark.DuckherderCatalog")
        .config("spark.sql.catalog.duck.url", url)
        .getOrCreate()
    )
    tables = {
        name: spark.table(f"duck.{source}.main.{name}")
        for name in ("lineitem", "orders", "customer", "nation")
    }
    revenue = (
        tables["lineitem"]
        .join(tables["orders"], f.col("l_orderkey") == f.col("o_orderkey"))
        .join(tables["customer"], f.col("o_custkey") == f.col("c_custkey"))
        .join(tables["nation"], f.col("c_nationkey") == f.col("n_nationkey"))
        .groupBy(f.col("n_name").alias("nation"), f.year("o_orderdate").alias("year"))
        .agg(f.sum(f.col("l_extendedprice") * (1 - f.col("l_discount"))).alias("revenue"))
    )
    revenue.writeTo(f"duck.{target}.main.revenue").createOrReplace()
    written = spark.table(f"duck.{target}.main.revenue")
    print(f"{written.count()} rows in {target}.main.revenue")
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("Usage: revenue_job.py URL SOURCE TARGET, like grpc://127.0.0.1:8815 tpch sales")
    main(*sys.argv[1:])
