package io.duckherder.worker.server;

import static io.duckherder.worker.server.ExchangeFixture.input;
import static io.duckherder.worker.server.ExchangeFixture.source;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.ErrorCode;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.FragmentInput;
import io.duckherder.plan.FragmentInput.Source;
import io.duckherder.wire.OutputStatistics;
import io.duckherder.wire.TicketStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that workers keep for later stages and read from each other. */
final class TestExchange {
  @TempDir Path folder;

  @Test
  void keepsTheRowsOfAFragmentAndTellsHowMany() {
    try (ExchangeFixture fixture = new ExchangeFixture(folder)) {
      OutputStatistics kept =
          fixture.keep(fixture.first, "q", "a", "SELECT i, 'abc' AS s FROM t -- the end");
      assertThat(kept.rows()).isEqualTo(100_000);
      assertThat(kept.bytes()).isEqualTo(100_000 * (8 + 3));
      assertThat(kept.pulledRows()).isZero();
      assertThat(
              fixture.read(
                  fixture.first,
                  "q",
                  "SELECT count(*), sum(x) FROM temp.main.rows",
                  input(List.of(source(fixture.first, "a")), "x", "BIGINT", "y", "VARCHAR")))
          .containsExactly("100000|4999950000");
    }
  }

  @Test
  void readsTheTablesOfBothWorkersTogether() {
    try (ExchangeFixture fixture = new ExchangeFixture(folder)) {
      fixture.keep(fixture.first, "q", "a", "SELECT i FROM t WHERE i < 40000");
      fixture.keep(fixture.second, "q", "b", "SELECT i FROM t WHERE i >= 40000");
      for (WorkerServer worker : List.of(fixture.first, fixture.second)) {
        assertThat(
                fixture.read(
                    worker,
                    "q",
                    "SELECT count(*), sum(i), typeof(any_value(i)) FROM temp.main.rows",
                    input(
                        List.of(source(fixture.first, "a"), source(fixture.second, "b")),
                        "i",
                        "BIGINT")))
            .containsExactly("100000|4999950000|BIGINT");
      }
    }
  }

  @Test
  void readsTheRowsOfOneBucketOnly() {
    try (ExchangeFixture fixture = new ExchangeFixture(folder)) {
      String sql = "SELECT i, (i %% 3)::UTINYINT AS duckherder_bucket FROM t WHERE i %% 2 = %d";
      fixture.keep(fixture.first, "q", "a", sql.formatted(0));
      fixture.keep(fixture.second, "q", "b", sql.formatted(1));
      for (int bucket = 0; bucket < 3; bucket++) {
        OutputStatistics kept =
            fixture.keep(
                fixture.second,
                "q",
                "c" + bucket,
                "FROM temp.main.rows",
                input(
                    List.of(
                        source(fixture.first, "a", bucket), source(fixture.second, "b", bucket)),
                    "i",
                    "BIGINT"));
        assertThat(kept.rows()).isEqualTo(bucket == 0 ? 33_334 : 33_333);
        assertThat(kept.pulledRows()).isBetween(16_666L, 16_667L);
        assertThat(
                fixture.read(
                    fixture.first,
                    "q",
                    "SELECT DISTINCT i % 3 FROM temp.main.rows",
                    input(List.of(source(fixture.second, "c" + bucket)), "i", "BIGINT")))
            .containsExactly(String.valueOf(bucket));
      }
    }
  }

  @Test
  void saysThatRowsAreLost() {
    try (ExchangeFixture fixture = new ExchangeFixture(folder)) {
      assertFails(
          () ->
              fixture.read(
                  fixture.first,
                  "q",
                  "FROM temp.main.rows",
                  input(List.of(source(fixture.second, "gone")), "i", "BIGINT")),
          StandardErrorCode.EXCHANGE_LOST,
          "\"gone\"",
          "query q",
          ExchangeFixture.url(fixture.second));
      fixture.keep(fixture.second, "q", "a", "FROM t");
      FragmentInput rows = input(List.of(source(fixture.second, "a")), "i", "BIGINT");
      String worker = ExchangeFixture.url(fixture.second);
      fixture.second.close();
      assertFails(
          () -> fixture.read(fixture.first, "q", "FROM temp.main.rows", rows),
          StandardErrorCode.EXCHANGE_LOST,
          "\"a\"",
          "query q",
          worker);
    }
  }

  @Test
  void dropsTheRowsOfAReleasedQueryAndRefusesItsLateFragments() {
    try (ExchangeFixture fixture = new ExchangeFixture(folder)) {
      fixture.keep(fixture.first, "q", "a", "FROM t");
      fixture.keep(fixture.first, "other", "a", "FROM t");
      assertThat(fixture.first.queries()).isEqualTo(2);
      fixture.release(fixture.first, "q");
      fixture.release(fixture.first, "q");
      assertThat(fixture.first.queries()).isEqualTo(1);
      assertFails(
          () -> fixture.keep(fixture.first, "q", "b", "FROM t"),
          StandardErrorCode.QUERY_CANCELLED,
          "query q");
      assertFails(
          () -> fixture.read(fixture.first, "q", "FROM t"),
          StandardErrorCode.QUERY_CANCELLED,
          "query q");
      assertFails(
          () -> fixture.release(fixture.first, "other", "a wrong token"),
          StandardErrorCode.AUTHENTICATION_FAILED,
          "w1");
      assertThat(fixture.first.queries()).isEqualTo(1);
    }
  }

  @Test
  void keepsTheRowsOfManyFragmentsOfAQueryAtOnce() {
    try (ExchangeFixture fixture = new ExchangeFixture(folder)) {
      List<CompletableFuture<OutputStatistics>> running =
          IntStream.range(0, 12)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () ->
                              fixture.keep(
                                  i % 2 == 0 ? fixture.first : fixture.second,
                                  "q",
                                  "a" + i,
                                  "SELECT i FROM t WHERE i % 12 = " + i)))
              .toList();
      assertThat(running.stream().mapToLong(kept -> kept.join().rows()).sum()).isEqualTo(100_000);
      List<Source> sources =
          IntStream.range(0, 12)
              .mapToObj(i -> source(i % 2 == 0 ? fixture.first : fixture.second, "a" + i))
              .toList();
      assertThat(
              fixture.read(
                  fixture.second,
                  "q",
                  "SELECT count(DISTINCT i) FROM temp.main.rows",
                  input(sources, "i", "BIGINT")))
          .containsExactly("100000");
    }
  }

  @Test
  void carriesLongTextAndManyColumns() {
    String wide =
        IntStream.range(0, 300).mapToObj(i -> "i + " + i + " AS c" + i).collect(joining(", "));
    String[] columns =
        IntStream.range(0, 300)
            .boxed()
            .flatMap(i -> Stream.of("c" + i, "BIGINT"))
            .toArray(String[]::new);
    try (ExchangeFixture fixture = new ExchangeFixture(folder)) {
      fixture.keep(fixture.first, "q", "wide", "SELECT " + wide + " FROM t LIMIT 5000");
      assertThat(
              fixture.read(
                  fixture.second,
                  "q",
                  "SELECT count(*), bool_and(c299 = c0 + 299) FROM temp.main.rows",
                  input(List.of(source(fixture.first, "wide")), columns)))
          .containsExactly("5000|true");
      fixture.keep(fixture.first, "q", "long", "SELECT repeat('x', 20000000) AS s");
      assertThat(
              fixture.read(
                  fixture.second,
                  "q",
                  "SELECT length(s), md5(s) = md5(repeat('x', 20000000)) FROM temp.main.rows",
                  input(List.of(source(fixture.first, "long")), "s", "VARCHAR")))
          .containsExactly("20000000|true");
      // Long rows come in batches of less rows than a vector has.
      String bytes = "SELECT i::INTEGER AS i, repeat('x', 100000) AS s FROM range(1200) r(i)";
      assertThat(fixture.keep(fixture.first, "q", "longs", bytes).bytes())
          .isGreaterThan(120_000_000);
      assertThat(
              fixture.read(
                  fixture.second,
                  "q",
                  "SELECT sum(i)::BIGINT, sum(length(s))::BIGINT FROM temp.main.rows",
                  input(List.of(source(fixture.first, "longs")), "i", "INTEGER", "s", "VARCHAR")))
          .containsExactly("719400|120000000");
    }
  }

  @Test
  void stopsOnBothSidesWhenTheReaderGoes() {
    try (ExchangeFixture fixture = new ExchangeFixture(folder)) {
      fixture.keep(fixture.first, "q", "a", "SELECT i, i::VARCHAR AS s FROM range(20000000) r(i)");
      FragmentInput rows =
          input(List.of(source(fixture.first, "a")), "i", "BIGINT", "s", "VARCHAR");
      TicketStream stream =
          fixture.open(fixture.second, fixture.keeping("q", "b", "FROM temp.main.rows", rows));
      CompletableFuture<Void> running = CompletableFuture.runAsync(stream::next);
      await(() -> fixture.first.runningFragments() == 1);
      stream.cancel();
      assertThatThrownBy(running::join)
          .cause()
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.QUERY_CANCELLED));
      stream.close();
      await(() -> fixture.first.runningFragments() + fixture.second.runningFragments() == 0);
      fixture.release(fixture.second, "q");
      await(() -> fixture.second.queries() == 0);
    }
  }

  @Test
  void saysThatRowsAreLostWhenTheirWorkerDiesMeanwhile() {
    try (ExchangeFixture fixture = new ExchangeFixture(folder)) {
      fixture.keep(fixture.first, "q", "a", "SELECT i, i::VARCHAR AS s FROM range(20000000) r(i)");
      FragmentInput rows =
          input(List.of(source(fixture.first, "a")), "i", "BIGINT", "s", "VARCHAR");
      CompletableFuture<?> running =
          CompletableFuture.supplyAsync(
              () -> fixture.keep(fixture.second, "q", "b", "FROM temp.main.rows", rows));
      await(() -> fixture.first.runningFragments() == 1);
      fixture.first.close();
      assertThatThrownBy(running::join)
          .cause()
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).as(e.text()).isEqualTo(StandardErrorCode.EXCHANGE_LOST));
      assertThat(fixture.second.queries()).isLessThanOrEqualTo(1);
    }
  }

  private static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plusSeconds(60);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code, String... parts) {
    assertThatThrownBy(call)
        .satisfies(
            e -> {
              DuckherderException failure =
                  e instanceof org.apache.arrow.flight.FlightRuntimeException flight
                      ? io.duckherder.wire.FlightErrors.fromFlight(flight, "worker")
                      : (DuckherderException) e;
              assertThat(failure.code()).as(failure.text()).isEqualTo(code);
              assertThat(failure.text()).contains(parts);
            });
  }
}
