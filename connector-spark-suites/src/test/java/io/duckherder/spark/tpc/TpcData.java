package io.duckherder.spark.tpc;

import java.nio.file.Path;

/** A benchmark's data wherever it lies: in its DuckDB file, in Parquet files, and in a cluster. */
record TpcData(TpcBenchmark benchmark, Path parquet, String url) {}
