package io.duckherder.spark.source;

import org.apache.spark.sql.connector.read.InputPartition;

/**
 * One partition of a read. Executor-serialised, by Java or Kryo: so it holds no more than bytes and
 * strings.
 */
public final class DuckherderInputPartition implements InputPartition {
  private static final long serialVersionUID = 1;

  private final byte[] work;
  private final String[] locations;
  private final boolean ordered;
  private final boolean alone;

  /**
   * A partition.
   *
   * @param work the fragment, or the ticket, that gives its rows
   * @param locations the workers that can serve it; none in embedded mode
   * @param ordered whether each run gives its rows in the same order
   * @param alone whether it is all of the read
   */
  DuckherderInputPartition(byte[] work, String[] locations, boolean ordered, boolean alone) {
    this.work = work;
    this.locations = locations;
    this.ordered = ordered;
    this.alone = alone;
  }

  byte[] work() {
    return work;
  }

  String[] locations() {
    return locations;
  }

  boolean ordered() {
    return ordered;
  }

  /** Whether it is all of the read. */
  public boolean alone() {
    return alone;
  }
}
