package io.duckherder.cluster.sql;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What was found out about the text of a read. Safe for use by many threads. */
final class KnownRead {
  private static final int MOST_FAILURES = 3;

  private final String sql;
  private final boolean readsTables;
  private final AtomicBoolean cameAgain = new AtomicBoolean();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile boolean small;
  private volatile @Nullable Schema schema;

  /**
   * @param sql the statement as it is run
   * @param small whether it is answered right away
   */
  KnownRead(String sql, boolean readsTables, boolean small) {
    this.sql = sql;
    this.readsTables = readsTables;
    this.small = small;
  }

  /** The same for another text that differs in its numbers only. */
  KnownRead withNumbersOf(String other) {
    return new KnownRead(other, readsTables, small);
  }

  String sql() {
    return sql;
  }

  boolean readsTables() {
    return readsTables;
  }

  boolean isSmall() {
    return small;
  }

  /** It proved to be too much. */
  void outgrow() {
    small = false;
  }

  /** It failed or was late; a machine with much to do may be why, but not many times in a row. */
  void fail() {
    if (failures.incrementAndGet() >= MOST_FAILURES) {
      outgrow();
    }
  }

  void succeed() {
    failures.set(0);
  }

  /** Whether this was called before. */
  boolean comesAgain() {
    return cameAgain.getAndSet(true);
  }

  Optional<Schema> schema() {
    return Optional.ofNullable(schema);
  }

  void schema(Schema known) {
    schema = known;
  }
}
