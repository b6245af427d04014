package io.duckherder.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestSmallStatements {
  private static final SmallLimits LIMITS = new SmallLimits(100_000, Duration.ofMinutes(1));

  @TempDir Path directory;
  private EngineFixture fixture;
  private Snapshot snapshot;

  @BeforeEach
  void start() {
    fixture =
        new EngineFixture(
            directory,
            "CREATE TABLE t AS SELECT range AS i, 'text ' || range AS s FROM range(5000)");
    snapshot = fixture.snapshot();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private Optional<SmallResult> run(String sql, SessionSettings settings, SmallLimits limits) {
    return fixture.engine.runSmall(snapshot, settings, sql, limits, true);
  }

  private int rows(String sql, SessionSettings settings) {
    try (SmallResult result = run(sql, settings, LIMITS).orElseThrow()) {
      return result.batch().map(ArrowRecordBatch::getLength).orElse(0);
    }
  }

  @Test
  void givesAllRowsAndTheirColumns() {
    for (int round = 0; round < 3; round++) {
      try (SmallResult result =
          run("SELECT i, s FROM t WHERE i < 7", SessionSettings.DEFAULT, LIMITS).orElseThrow()) {
        assertThat(result.batch().orElseThrow().getLength()).isEqualTo(7);
        assertThat(result.columns()).extracting("name").containsExactly("i", "s");
        assertThat(result.schema().getFields()).hasSize(2);
      }
    }
    assertThat(rows("SELECT i FROM t WHERE i < 0", SessionSettings.DEFAULT)).isZero();
  }

  @Test
  void moreThanABatchOrTooManyBytesAreNoSmallResult() {
    assertThat(run("SELECT i FROM t", SessionSettings.DEFAULT, LIMITS)).isEmpty();
    assertThat(
            run(
                "SELECT s FROM t WHERE i < 100",
                SessionSettings.DEFAULT,
                new SmallLimits(100, Duration.ofMinutes(1))))
        .isEmpty();
    assertThat(rows("SELECT i FROM t WHERE i = 1", SessionSettings.DEFAULT)).isEqualTo(1);
  }

  @Test
  void whatTakesTooLongIsStopped() {
    assertThatThrownBy(
            () ->
                run(
                    "SELECT count(*) FROM t a, t b, t c WHERE hash(a.i, b.i, c.i) = 1",
                    SessionSettings.DEFAULT,
                    new SmallLimits(100_000, Duration.ofMillis(1))))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.QUERY_CANCELLED));
    assertThat(rows("SELECT i FROM t WHERE i = 1", SessionSettings.DEFAULT)).isEqualTo(1);
  }

  @Test
  void anErrorKeepsItsMessageAndHarmsNoOther() {
    for (int round = 0; round < 3; round++) {
      assertThatThrownBy(
              () -> run("SELECT CAST(s AS INTEGER) FROM t", SessionSettings.DEFAULT, LIMITS))
          .isInstanceOf(DuckherderException.class)
          .hasMessageContaining("text 0");
    }
    assertThat(rows("SELECT i FROM t WHERE i = 1", SessionSettings.DEFAULT)).isEqualTo(1);
  }

  @Test
  void eachSessionHasConnectionsOfItsOwnSettings() {
    SessionSettings mine = SessionSettings.DEFAULT.withVariable("v", "4");
    SessionSettings yours = SessionSettings.DEFAULT.withVariable("v", "9");
    String sql = "SELECT i FROM t WHERE i < getvariable('v')";
    for (int round = 0; round < 3; round++) {
      assertThat(rows(sql, mine)).isEqualTo(4);
      assertThat(rows(sql, yours)).isEqualTo(9);
      assertThat(rows(sql, SessionSettings.DEFAULT)).isZero();
    }
  }

  @Test
  void aReplacedFileIsNoticed() throws Exception {
    assertThat(rows("SELECT i FROM t WHERE i = 1", SessionSettings.DEFAULT)).isEqualTo(1);
    Path other = directory.resolve("other.duckdb");
    EngineFixture.write(other, "CREATE TABLE t AS SELECT 1 AS i FROM range(10)");
    Files.move(other, fixture.file, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> rows("SELECT i FROM t WHERE i = 1", SessionSettings.DEFAULT))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FILE_CHANGED));
  }

  @Test
  void keptConnectionsKeepNoFileOpen() {
    assertThat(rows("SELECT i FROM t WHERE i = 1", SessionSettings.DEFAULT)).isEqualTo(1);
    assertThat(fixture.engine.holdsFiles()).isTrue();
    fixture.engine.closeIdle();
    assertThat(fixture.engine.holdsFiles()).isFalse();
    EngineFixture.write(fixture.file, "INSERT INTO t VALUES (-1, '')");
    snapshot = fixture.snapshot();
    assertThat(rows("SELECT i FROM t WHERE i < 0", SessionSettings.DEFAULT)).isEqualTo(1);
  }
}
