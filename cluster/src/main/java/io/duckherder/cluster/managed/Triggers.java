package io.duckherder.cluster.managed;

import io.duckherder.cluster.session.WrittenTables;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the databases have triggers: then a statement that names one table may write any.
 *
 * <p>DuckDB's catalog is asked when the files are opened, and after each commit that may have made
 * a trigger, which is any that is not of rows alone; while such a commit goes on, there may be one.
 * Once there was one, it counts until the files are opened anew: a transaction that began before it
 * was dropped still fires it. Safe for use by many threads.
 */
final class Triggers {
  private static final Logger log = LoggerFactory.getLogger(Triggers.class);

  private final AtomicInteger definitions = new AtomicInteger();
  private volatile boolean present;

  /** The files were opened; no transaction is open. */
  void opened(BooleanSupplier catalog) {
    present = catalog.getAsBoolean();
  }

  /**
   * Runs a commit.
   *
   * @param written what its statements name
   * @param catalog whether DuckDB knows of a trigger
   * @param commit takes what it may bring
   */
  void commit(WrittenTables written, BooleanSupplier catalog, Consumer<WrittenTables> commit) {
    if (!written.any()) {
      commit.accept(written.names().isEmpty() || !mayBe() ? written : WrittenTables.ANY);
      return;
    }
    definitions.incrementAndGet();
    try {
      commit.accept(written);
    } finally {
      present = present || ask(catalog);
      definitions.decrementAndGet();
    }
  }

  /** In this order: who made one has noted it before it is done. */
  private boolean mayBe() {
    return definitions.get() > 0 || present;
  }

  private static boolean ask(BooleanSupplier catalog) {
    try {
      return catalog.getAsBoolean();
    } catch (RuntimeException e) {
      log.debug("Whether there are triggers is not known: {}", e.getMessage());
      return true;
    }
  }
}
