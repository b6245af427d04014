package io.duckherder.cluster.crash;

import io.duckherder.cluster.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.arrow.driver.jdbc.shaded.org.apache.arrow.flight.FlightRuntimeException;

/**
 * Reads the sum that every transaction keeps, which seals snapshots and makes replicas of them, and
 * checkpoints in between, until the driver is killed.
 */
final class Disturber implements Callable<Boolean> {
  private static final List<String> MODES = List.of("distributed", "single", "auto");
  private static final String SUM =
      """
      SELECT sum(amount) FROM
      (SELECT amount FROM left_side UNION ALL SELECT amount FROM right_side)
      """;

  private final CrashDriver driver;
  private final long sum;
  private final Random random;
  private final Load load;

  Disturber(CrashDriver driver, long sum, Random random, Load load) {
    this.driver = driver;
    this.sum = sum;
    this.random = random;
    this.load = load;
  }

  @Override
  public Boolean call() throws SQLException {
    try (Connection connection = driver.connect();
        Statement statement = connection.createStatement()) {
      while (true) {
        String mode = MODES.get(random.nextInt(MODES.size()));
        statement.execute("SET duckherder_execution = '" + mode + "'");
        read(connection, mode);
        if (random.nextInt(5) == 0) {
          statement.execute("CHECKPOINT");
        }
      }
    } catch (SQLException | FlightRuntimeException e) {
      if (!load.isKilled()) {
        throw e;
      }
      return false;
    }
  }

  private void read(Connection connection, String mode) throws SQLException {
    try {
      long seen = Long.parseLong(Rows.one(connection, SUM));
      if (seen != sum) {
        throw new AssertionError("The sum is %d in mode %s, not %d".formatted(seen, mode, sum));
      }
    } catch (SQLException e) {
      if (!CrashDriver.isWithoutWorkers(e)) {
        throw e;
      }
    }
  }
}
