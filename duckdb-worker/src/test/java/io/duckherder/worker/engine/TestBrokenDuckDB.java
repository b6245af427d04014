package io.duckherder.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.ErrorCode;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.FragmentInput;
import io.duckherder.plan.FragmentInput.Source;
import io.duckherder.plan.FragmentOutput;
import io.duckherder.plan.ResultColumn;
import io.duckherder.session.SessionSettings;
import io.duckherder.wire.BatchStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A statement whose failure DuckDB takes for a bug of its own: it runs nothing more after it. */
final class TestBrokenDuckDB {
  /** Makes offsets that no time zone has, which DuckDB cannot print. */
  private static final String BREAKS =
      "SELECT approx_quantile(t, [0.1, 0.5, 0.9])::VARCHAR FROM"
          + " (SELECT (TIME '00:00:00' + to_seconds(i))::TIMETZ AS t FROM range(80000) r(i))";

  private static final SmallLimits LIMITS = new SmallLimits(1 << 20, Duration.ofMinutes(1));

  @TempDir Path folder;
  private EngineFixture fixture;
  private DuckDBEngine engine;

  @BeforeEach
  void start() {
    fixture = new EngineFixture(folder, Duration.ZERO, "CREATE TABLE t AS FROM range(1000) r(i)");
    engine = fixture.engine;
  }

  @AfterEach
  void stop() {
    assertThat(engine.holdsFiles()).isFalse();
    assertThat(fixture.allocator.getAllocatedMemory()).isEqualTo(0);
    fixture.close();
    assertThat(folder.resolve("spill")).doesNotExist();
  }

  private void breakDuckDB() {
    assertFails(() -> fixture.count(BREAKS), StandardErrorCode.INTERNAL_ERROR, "FormatTwoDigits");
  }

  @Test
  void anotherTakesItsPlaceWhileItIsStillInUse() {
    try (EngineConnection old = engine.connect(fixture.snapshot(), SessionSettings.DEFAULT)) {
      breakDuckDB();
      assertThat(fixture.count("FROM t")).isEqualTo(1000);
      assertFails(
          () -> {
            try (BatchStream stream = engine.stream(old, "FROM t")) {
              stream.next();
            }
          },
          StandardErrorCode.STREAM_BROKEN,
          "FormatTwoDigits");
      breakDuckDB();
      assertThat(fixture.count("FROM t")).isEqualTo(1000);
      assertThat(engine.holdsFiles()).isTrue();
    }
  }

  @Test
  void smallStatementsGoOnAtAnother() {
    try (EngineConnection old = engine.connect(fixture.snapshot(), SessionSettings.DEFAULT)) {
      assertThat(small("SELECT 1")).isTrue();
      breakDuckDB();
      assertThat(small("SELECT 1")).isTrue();
      assertFails(() -> small(BREAKS), StandardErrorCode.INTERNAL_ERROR, "FormatTwoDigits");
      assertThat(small("SELECT 1")).isTrue();
      assertThat(old.isBroken()).isTrue();
    }
  }

  @Test
  void whatItKeptIsLostAndCanBeMadeAgain() {
    run(keeping("a", "FROM t"));
    assertThat(run(reading("a"))).isEqualTo(1000);
    assertFails(
        () -> run(keeping("b", BREAKS)), StandardErrorCode.INTERNAL_ERROR, "FormatTwoDigits");
    assertFails(() -> run(reading("a")), StandardErrorCode.EXCHANGE_LOST, "\"a\"");
    run(keeping("a", "FROM t"));
    assertThat(run(reading("a"))).isEqualTo(1000);
    engine.exchange().release("q");
    assertThat(engine.exchange().queries()).isZero();
  }

  private boolean small(String sql) {
    return engine
        .runSmall(fixture.snapshot(), SessionSettings.DEFAULT, sql, LIMITS, true)
        .map(
            result -> {
              result.close();
              return true;
            })
        .orElse(false);
  }

  private long run(Fragment fragment) {
    long rows = 0;
    try (BatchStream stream = engine.run(fragment)) {
      while (stream.next()) {
        rows += stream.root().getRowCount();
      }
    }
    return rows;
  }

  private Fragment keeping(String table, String sql) {
    return fragment(sql, List.of(), Optional.of(new FragmentOutput(table, false)));
  }

  private Fragment reading(String table) {
    Source source = new Source(Source.LOCAL, table, OptionalInt.empty());
    return fragment(
        "FROM temp.main.rows",
        List.of(
            new FragmentInput("rows", List.of(new ResultColumn("i", "BIGINT")), List.of(source))),
        Optional.empty());
  }

  private Fragment fragment(
      String sql, List<FragmentInput> inputs, Optional<FragmentOutput> output) {
    return new Fragment(
        "q",
        0,
        fixture.snapshot(),
        SessionSettings.DEFAULT,
        sql,
        Optional.empty(),
        false,
        OptionalInt.empty(),
        inputs,
        output,
        false);
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code, String text) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> {
              assertThat(e.code()).as(e.text()).isEqualTo(code);
              assertThat(e.text()).contains(text);
            });
  }
}
