package io.duckherder.cluster.demo;

import io.duckherder.tpch.TpchQueries;
import java.util.List;

/**
 * A query of the demo. DuckDB and Spark read the same text.
 *
 * @param name short, and a file name
 * @param title what it is, for people
 * @param sql the query; its values are exact, so answers can be compared digit by digit
 * @param order whether it fixes the order of its rows
 */
record DemoQuery(String name, String title, String sql, RowOrder order) {
  static final List<DemoQuery> ALL =
      List.of(
          new DemoQuery(
              "q3",
              "TPC-H query 3: the ten unshipped orders worth most",
              TpchQueries.sql(3),
              RowOrder.FIXED),
          new DemoQuery(
              "scan",
              "a scan with a filter, cut into partitions for all workers",
              """
              SELECT l_orderkey, l_linenumber, l_quantity, l_extendedprice, l_shipdate, l_shipmode
              FROM lineitem
              WHERE l_shipdate >= DATE '1998-09-01' AND l_quantity > 30"""
                  .strip(),
              RowOrder.ANY));
}
