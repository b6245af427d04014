package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.cluster.session.WrittenTables;
import java.util.List;

/** One statement, by what has to be done with it. */
sealed interface ClassifiedStatement {
  /**
   * A read that DuckDB serialises, so that it can be planned and its parameters filled in.
   *
   * @param sql its text
   * @param tree DuckDB's syntax tree
   */
  record Read(String sql, JsonNode tree) implements ClassifiedStatement {
    /** The parameters, in the order of their numbers. */
    List<String> parameters() {
      return SyntaxTree.parameters(tree);
    }
  }

  /**
   * A read that DuckDB does not serialise: it runs whole, and takes no parameters.
   *
   * @param onDriver whether it asks about the databases rather than for rows of tables
   */
  record PlainRead(String sql, boolean onDriver) implements ClassifiedStatement {}

  /**
   * EXPLAIN of a read.
   *
   * @param read the read: a {@link Read} or a {@link PlainRead}
   * @param analyze whether to run it
   * @param json whether as JSON
   */
  record Explain(ClassifiedStatement read, boolean analyze, boolean json)
      implements ClassifiedStatement {}

  /** SET, RESET, USE, BEGIN and the like: changes the session and gives no rows. */
  record SessionCommand(String sql, SessionVerb verb) implements ClassifiedStatement {}

  /** Makes, fills or drops temporary objects of the session; DuckDB refuses anything else. */
  record LocalWrite(String sql, String keyword, boolean creates) implements ClassifiedStatement {}

  /**
   * Changes a database, or temporary objects of the session: DuckDB decides which. It runs on the
   * live databases.
   *
   * @param sql its text
   * @param keyword what it is, for messages
   * @param hasRows whether it gives rows beside what it changes
   * @param tables what it writes
   */
  record Write(String sql, String keyword, boolean hasRows, WrittenTables tables)
      implements ClassifiedStatement {
    /** A write of anything. */
    Write(String sql, String keyword, boolean hasRows) {
      this(sql, keyword, hasRows, WrittenTables.ANY);
    }
  }

  /**
   * CALL of a function that acts on snapshots.
   *
   * @param function its name, in lower case
   * @param sql the call
   */
  record SnapshotCall(String function, String sql) implements ClassifiedStatement {}

  /** {@code CHECKPOINT db}; the name is empty for the default database. */
  record Checkpoint(String database) implements ClassifiedStatement {}

  /** {@code CALL duckherder_refresh('db')}. */
  record Refresh(String database) implements ClassifiedStatement {}

  /** What a {@link SessionCommand} does. */
  enum SessionVerb {
    SET,
    RESET,
    USE,
    BEGIN,
    COMMIT,
    ROLLBACK
  }
}
