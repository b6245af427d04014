"""Serves a folder of Parquet tables with Sail and runs the queries of standard input.

A line is {"sql": ...}; its answer is {"rows": ...} or {"error": ...}. The first answer, {}, says
that it is ready. Ends with its input.
"""

import json
import sys
from pathlib import Path

from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession


def main(folder: Path) -> None:
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    host, port = server.listening_address
    spark = SparkSession.builder.remote(f"sc://{host}:{port}").getOrCreate()
    for table in sorted(folder.iterdir()):
        if table.is_dir():
            spark.read.parquet(str(table)).createOrReplaceTempView(table.name)
    answer({})
    for line in sys.stdin:
        try:
            answer({"rows": spark.sql(json.loads(line)["sql"]).toArrow().num_rows})
        except Exception as error:
            answer({"error": str(error)})
    spark.stop()
    server.stop()


def answer(value: dict[str, object]) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
