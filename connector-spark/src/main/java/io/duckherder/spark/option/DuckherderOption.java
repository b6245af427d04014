package io.duckherder.spark.option;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Every option that {@code spark.read.format("duckherder")} takes; names are read in any case. */
public enum DuckherderOption {
  /** The DuckDB file to read in embedded mode; {@code load()} sets it. */
  PATH("path", Mode.EMBEDDED),
  /** The driver of the cluster to read from, {@code grpc://host:port}. */
  URL("url", Mode.CLUSTER),
  /** The table or view to read, as SQL writes its name. */
  DBTABLE("dbtable", Mode.BOTH),
  /** The query whose rows to read. */
  QUERY("query", Mode.BOTH),
  /** The snapshot to read the table of: its number or its name. */
  VERSION_AS_OF("versionAsOf", Mode.CLUSTER),
  /** A time; the table is read of the newest snapshot that is that old. */
  TIMESTAMP_AS_OF("timestampAsOf", Mode.CLUSTER),
  /** The cluster's database in which names are looked up; its default one otherwise. */
  DATABASE("database", Mode.CLUSTER),
  /** What the cluster asks of its clients. */
  TOKEN("token", Mode.CLUSTER),
  /** A file on the machine of Spark's driver that holds the token. */
  TOKEN_FILE("token-file", Mode.CLUSTER),
  /** How many partitions to aim for; by default it follows from the table's row groups. */
  PARTITIONS("partitions", Mode.BOTH),
  /** How many rows a partition holds, about. */
  ROWS_PER_PARTITION("rows-per-partition", Mode.BOTH),
  /** DuckDB's memory limit in each executor: 1GiB unless set. */
  MEMORY_LIMIT("memory-limit", Mode.EMBEDDED),
  /**
   * DuckDB's threads in each executor: unless set, {@code spark.task.cpus}, and {@code
   * spark.executor.cores} for reads of one partition.
   */
  THREADS("threads", Mode.EMBEDDED),
  /**
   * Where DuckDB spills on each executor: below the JVM's folder for temporary files unless set.
   */
  TEMP_DIRECTORY("temp-directory", Mode.EMBEDDED),
  /** DuckDB's TimeZone, for queries whose answer depends on it: UTC unless set. */
  TIME_ZONE("time-zone", Mode.BOTH),
  /** Whether DuckDB does more of a query than to read columns: true unless set. */
  PUSHDOWN("pushdown", Mode.BOTH),
  /**
   * Where a stream begins: {@code earliest}, with all rows that are there, unless set; {@code
   * latest}, or after the snapshot of a number.
   */
  STARTING_SNAPSHOT("startingSnapshot", Mode.CLUSTER),
  /** The most rows of a stream's batch: all that came, unless set. */
  MAX_ROWS_PER_TRIGGER("maxRowsPerTrigger", Mode.CLUSTER),
  /** The most snapshots of a stream's batch: all that are kept, unless set. */
  MAX_SNAPSHOTS_PER_TRIGGER("maxSnapshotsPerTrigger", Mode.CLUSTER),
  /** Whether a stream passes over changes of rows: false unless set, and it fails at them. */
  SKIP_CHANGE_COMMITS("skipChangeCommits", Mode.CLUSTER);

  /** Where an option means something. */
  enum Mode {
    EMBEDDED,
    CLUSTER,
    BOTH
  }

  private static final int MOST_EDITS = 4;

  private final String key;
  private final Mode mode;

  DuckherderOption(String key, Mode mode) {
    this.key = key;
    this.mode = mode;
  }

  /** The name as the documentation spells it. */
  public String key() {
    return key;
  }

  /** Where it means something, in the words of the documentation. */
  public String where() {
    return switch (mode) {
      case EMBEDDED -> "file";
      case CLUSTER -> "cluster";
      case BOTH -> "both";
    };
  }

  /** Whether it says how to read, not what: such options may change with each read of a table. */
  boolean isOfRead() {
    return switch (this) {
      case PARTITIONS,
          ROWS_PER_PARTITION,
          MEMORY_LIMIT,
          THREADS,
          TEMP_DIRECTORY,
          TIME_ZONE,
          PUSHDOWN,
          STARTING_SNAPSHOT,
          MAX_ROWS_PER_TRIGGER,
          MAX_SNAPSHOTS_PER_TRIGGER,
          SKIP_CHANGE_COMMITS ->
          true;
      case PATH, URL, DBTABLE, QUERY, VERSION_AS_OF, TIMESTAMP_AS_OF, DATABASE, TOKEN, TOKEN_FILE ->
          false;
    };
  }

  /** Whether it names what a catalog's tables name themselves. */
  boolean isOfRelation() {
    return switch (this) {
      case DBTABLE, QUERY, VERSION_AS_OF, TIMESTAMP_AS_OF -> true;
      case PATH,
          URL,
          DATABASE,
          TOKEN,
          TOKEN_FILE,
          PARTITIONS,
          ROWS_PER_PARTITION,
          MEMORY_LIMIT,
          THREADS,
          TEMP_DIRECTORY,
          TIME_ZONE,
          PUSHDOWN,
          STARTING_SNAPSHOT,
          MAX_ROWS_PER_TRIGGER,
          MAX_SNAPSHOTS_PER_TRIGGER,
          SKIP_CHANGE_COMMITS ->
          false;
    };
  }

  boolean isOf(Mode given) {
    return mode == Mode.BOTH || mode == given;
  }

  static Optional<DuckherderOption> find(String key) {
    return Arrays.stream(values()).filter(option -> option.key.equalsIgnoreCase(key)).findFirst();
  }

  /** The option whose name is nearest to one that does not exist, if any is near. */
  static Optional<DuckherderOption> nearest(String key) {
    String wanted = key.toLowerCase(Locale.ROOT).replace('_', '-');
    return Arrays.stream(values())
        .filter(option -> edits(wanted, option.key) <= Math.min(MOST_EDITS, wanted.length() / 2))
        .min(Comparator.comparingInt(option -> edits(wanted, option.key)));
  }

  /** Levenshtein's distance. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
