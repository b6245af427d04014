/** The TPC-H and TPC-DS queries of Spark's dialect over the connector, held against Parquet. */
package io.duckherder.spark.tpc;
