package io.duckherder.sql.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.answer.Answer;
import io.duckherder.cluster.answer.ExpectedAnswer;
import io.duckherder.cluster.answer.SingleDuckDB;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.ErrorType;
import io.duckherder.tpch.TpchDatabase;
import io.duckherder.wire.FlightErrors;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** TPC-H at scale factor 3 on processes with 512 MB each. Takes minutes, and reads /proc. */
@EnabledIfSystemProperty(named = "duckherder.memory", matches = "true")
final class TestMemory {
  private static final String LIMIT_IS_NAMED = "(?s).*\\d+(\\.\\d+)? [KMG]iB.*";
  private static final long SAMPLE_ROWS = 1_000_000;
  private static final int SETTLED_SAMPLES = 10;
  private static final long MOST_GROWTH = 64;
  private static final long MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void everyQueryIsAnsweredOrNamesTheLimit() throws Exception {
    Map<BenchmarkQuery, ExpectedAnswer> expected = new LinkedHashMap<>();
    try (SingleDuckDB duckdb = SingleDuckDB.open("tpch", file(), directory.resolve("oracle"))) {
      Benchmark.TPCH.queries().forEach(query -> expected.put(query, duckdb.expect(query.sql())));
    }
    List<String> wrong = new ArrayList<>();
    try (SmallCluster cluster = SmallCluster.start(file(), directory.resolve("state"));
        FlightSqlClient session = distributed(cluster)) {
      for (BenchmarkQuery query : Benchmark.TPCH.queries()) {
        String outcome = outcome(session, query, expected.get(query));
        System.out.println(query + " " + outcome + ", peaks " + cluster.peakMegabytes() + " MiB");
        if (!outcome.startsWith("right") && !outcome.startsWith("refused")) {
          wrong.add(query + ": " + outcome);
        }
      }
      assertThat(cluster.peakMegabytes()).allSatisfy(peak -> assertThat(peak).isLessThan(512));
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void anAnswerOf50MillionRowsStreamsThrough() throws Exception {
    String sql = "SELECT l_orderkey, i FROM lineitem, (VALUES (1), (2), (3)) AS v (i)";
    try (SmallCluster cluster = SmallCluster.start(file(), directory.resolve("state"));
        FlightSqlClient session = distributed(cluster)) {
      FlightInfo info = session.execute(sql);
      long rows = 0;
      long sum = 0;
      List<Long> heaps = new ArrayList<>();
      List<Long> drivers = new ArrayList<>();
      for (FlightEndpoint endpoint : info.getEndpoints()) {
        try (FlightStream stream = session.getStream(endpoint.getTicket())) {
          while (stream.next()) {
            BigIntVector keys = (BigIntVector) stream.getRoot().getVector("l_orderkey");
            for (int i = 0; i < keys.getValueCount(); i++) {
              sum += keys.get(i);
            }
            long before = rows;
            rows += keys.getValueCount();
            if (before / SAMPLE_ROWS != rows / SAMPLE_ROWS) {
              System.gc();
              heaps.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB);
              drivers.add(cluster.driverMegabytes());
            }
          }
        }
      }
      System.out.printf(
          "%d rows; MiB after each million: client's heap %s, driver %s; Arrow in the client %d MiB, peaks %s%n",
          rows, heaps, drivers, cluster.clientPeakBytes() / MIB, cluster.peakMegabytes());
      assertThat(List.of(rows, sum)).isEqualTo(expectedRowsAndSum(sql));
      assertThat(cluster.peakMegabytes()).allSatisfy(peak -> assertThat(peak).isLessThan(512));
      assertThat(cluster.clientPeakBytes()).isLessThan(MOST_GROWTH * MIB);
      assertFlat(heaps);
      assertFlat(drivers);
    }
  }

  /** Nothing of the rows is kept: later samples are as the early ones. */
  private static void assertFlat(List<Long> samples) {
    long settled = Collections.max(samples.subList(0, SETTLED_SAMPLES));
    assertThat(samples).allSatisfy(sample -> assertThat(sample).isLessThan(settled + MOST_GROWTH));
  }

  private static List<Long> expectedRowsAndSum(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("ATTACH '" + file() + "' AS tpch (READ_ONLY)");
      statement.execute("USE tpch");
      try (ResultSet row =
          statement.executeQuery("SELECT count(*), sum(l_orderkey)::BIGINT FROM (" + sql + ")")) {
        row.next();
        return List.of(row.getLong(1), row.getLong(2));
      }
    }
  }

  /** Right, refused for want of memory or disk, or what else became of the query. */
  private static String outcome(
      FlightSqlClient session, BenchmarkQuery query, ExpectedAnswer expected) {
    try {
      return expected.difference(Answer.of(session, query.sql())).orElse("right");
    } catch (FlightRuntimeException e) {
      DuckherderException error = FlightErrors.fromFlight(e, "driver");
      String text = error.code() + ": " + error.getMessage();
      boolean refused = error.code().type() == ErrorType.RESOURCE && text.matches(LIMIT_IS_NAMED);
      return (refused ? "refused " : "failed ") + text;
    }
  }

  private static FlightSqlClient distributed(SmallCluster cluster) {
    FlightSqlClient session = cluster.session();
    Answer.of(session, "SET duckherder_execution = 'distributed'");
    return session;
  }

  /** TPC-H at scale factor 3, made if it is not there: some minutes, and 1 GB. */
  private static Path file() {
    Path file = Path.of("target", "data", "tpch-sf3.duckdb").toAbsolutePath();
    if (!Files.exists(file)) {
      TpchDatabase.create(file, 3);
    }
    return file;
  }
}
