package io.duckherder.cluster.crash;

import io.duckherder.cluster.crash.Ledger.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.arrow.driver.jdbc.shaded.org.apache.arrow.flight.FlightRuntimeException;

/**
 * Runs the transactions of a ledger, one after the other, until the driver is killed. It knows what
 * was acknowledged, by the ledger, and whether a commit was under way when the driver was gone.
 */
final class LedgerClient implements Callable<Boolean> {
  private static final List<String> MODES = List.of("auto", "distributed", "single");

  /** What may go wrong although nobody was killed: the client is to run it again. */
  private static final List<String> RETRYABLE =
      List.of(
          "Cannot start a transaction: a checkpoint took longer",
          "Catalog write-write conflict",
          "Conflict on",
          "TransactionContext Error");

  private final CrashDriver driver;
  private final Ledger ledger;
  private final Random random;
  private final Load load;

  LedgerClient(CrashDriver driver, Ledger ledger, Random random, Load load) {
    this.driver = driver;
    this.ledger = ledger;
    this.random = random;
    this.load = load;
  }

  /** Runs until the end of the driver, and tells whether a transaction was in flight then. */
  @Override
  public Boolean call() throws SQLException {
    try (Connection connection = driver.connect();
        Statement statement = connection.createStatement()) {
      while (true) {
        if (!commit(statement)) {
          return true;
        }
        ledger.commit();
        load.acknowledged();
        if (random.nextInt(4) == 0 && !look(connection, statement)) {
          return false;
        }
      }
    } catch (SQLException e) {
      requireKilled(e);
      return false;
    } catch (FlightRuntimeException e) {
      // The JDBC driver passes on as it is what cut a stream off.
      if (!load.isKilled()) {
        throw e;
      }
      return false;
    }
  }

  /** Runs the next transaction until it is acknowledged, or the driver is killed. */
  private boolean commit(Statement statement) throws SQLException {
    while (true) {
      try {
        run(statement, ledger.next());
        return true;
      } catch (FlightRuntimeException e) {
        if (load.isKilled()) {
          return false;
        }
        throw e;
      } catch (SQLException e) {
        if (load.isKilled()) {
          return false;
        }
        requireRetryable(e);
        rollback(statement);
      }
    }
  }

  private static void run(Statement statement, Transaction transaction) throws SQLException {
    List<String> statements = transaction.statements();
    if (statements.size() > 1) {
      statement.execute("BEGIN");
    }
    for (String sql : statements) {
      statement.execute(sql);
    }
    if (statements.size() > 1) {
      statement.execute("COMMIT");
    }
  }

  private void rollback(Statement statement) throws SQLException {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      if (!String.valueOf(e.getMessage()).contains("no transaction")) {
        requireKilled(e);
      }
    }
  }

  /** Requires that the client sees all that was acknowledged to it, however it reads. */
  private boolean look(Connection connection, Statement statement) throws SQLException {
    String mode = MODES.get(random.nextInt(MODES.size()));
    long seen;
    try {
      statement.execute("SET duckherder_execution = '" + mode + "'");
      seen = Contents.committed(connection, ledger.client());
    } catch (SQLException e) {
      if (CrashDriver.isWithoutWorkers(e)) {
        return true;
      }
      requireKilled(e);
      return false;
    }
    if (seen != ledger.committed()) {
      throw new AssertionError(
          "Client %d committed %d transactions and sees %d in mode %s"
              .formatted(ledger.client(), ledger.committed(), seen, mode));
    }
    return true;
  }

  private void requireKilled(SQLException e) throws SQLException {
    if (!load.isKilled()) {
      throw e;
    }
  }

  private static void requireRetryable(SQLException e) throws SQLException {
    if (RETRYABLE.stream().noneMatch(String.valueOf(e.getMessage())::contains)) {
      throw e;
    }
  }
}
