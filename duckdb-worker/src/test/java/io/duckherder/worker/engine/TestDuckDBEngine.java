package io.duckherder.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.ErrorCode;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.BatchStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestDuckDBEngine {
  @TempDir Path folder;

  @Test
  void streamsAllRowsAndFreesTheirMemory() {
    try (EngineFixture fixture =
        new EngineFixture(folder, "CREATE TABLE t AS FROM range(1000000) r(i)")) {
      assertThat(fixture.count("SELECT i, i::VARCHAR FROM t")).isEqualTo(1_000_000);
      assertThat(fixture.allocator.getAllocatedMemory()).isZero();
    }
  }

  @Test
  void closesAnUnfinishedStreamWithoutLeaks() {
    try (EngineFixture fixture =
        new EngineFixture(folder, "CREATE TABLE t AS FROM range(3000000) r(i)")) {
      try (BatchStream stream = fixture.run("SELECT i, i::VARCHAR FROM t")) {
        assertThat(stream.next()).isTrue();
      }
      assertThat(fixture.allocator.getAllocatedMemory()).isZero();
      assertThat(fixture.count("FROM t")).isEqualTo(3_000_000);
    }
  }

  @Test
  void stopsAtOnceWhenCancelled() throws Exception {
    try (EngineFixture fixture = new EngineFixture(folder)) {
      // Days of work, with no row before the end.
      BatchStream stream =
          fixture.run(
              "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range + b.range = 7");
      CountDownLatch started = new CountDownLatch(1);
      CompletableFuture<Void> reading =
          CompletableFuture.runAsync(
              () -> {
                started.countDown();
                stream.next();
              });
      started.await();
      stream.cancel();
      assertThatThrownBy(reading::join)
          .hasRootCauseInstanceOf(Exception.class)
          .cause()
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.QUERY_CANCELLED));
      stream.close();
    }
  }

  @Test
  void letsAnotherProgramWriteOnceIdle() throws SQLException {
    try (EngineFixture fixture =
        new EngineFixture(folder, Duration.ZERO, "CREATE TABLE t AS SELECT 1 AS i")) {
      Snapshot before = fixture.snapshot();
      assertThat(fixture.count("FROM t")).isEqualTo(1);
      assertThat(fixture.engine.holdsFiles()).isFalse();
      EngineFixture.write(fixture.file, "INSERT INTO t VALUES (2)");
      assertThat(fixture.count("FROM t")).isEqualTo(2);
      assertFails(
          () -> fixture.engine.run(EngineFixture.fragment(before, "FROM t")).close(),
          StandardErrorCode.FILE_CHANGED);
    }
  }

  @Test
  void keepsTheFileLockedWhileAStreamIsOpen() {
    try (EngineFixture fixture =
        new EngineFixture(folder, Duration.ZERO, "CREATE TABLE t AS FROM range(10)")) {
      try (BatchStream stream = fixture.run("FROM t")) {
        stream.schema();
        assertThat(fixture.engine.holdsFiles()).isTrue();
        assertThatThrownBy(() -> DriverManager.getConnection("jdbc:duckdb:" + fixture.file).close())
            .isInstanceOf(SQLException.class);
      }
      assertThat(fixture.engine.holdsFiles()).isFalse();
    }
  }

  @Test
  void keepsTheLockOfOneEngineWhenAnotherIsIdle() {
    try (EngineFixture fixture =
            new EngineFixture(folder, Duration.ZERO, "CREATE TABLE t AS FROM range(3000000)");
        DuckDBEngine other =
            new DuckDBEngine(
                EngineFixture.config(folder, Duration.ZERO, "200MiB"), fixture.allocator)) {
      Snapshot snapshot = fixture.snapshot();
      try (BatchStream stream = fixture.engine.run(EngineFixture.fragment(snapshot, "FROM t"))) {
        assertThat(stream.next()).isTrue();
        try (BatchStream beside = other.run(EngineFixture.fragment(snapshot, "SELECT 1"))) {
          assertThat(beside.next()).isTrue();
        }
        assertThat(DuckDBEngine.identify(fixture.file)).isEqualTo(snapshot.databases().get("db"));
        assertThat(writableByAnotherProcess(fixture.file)).isFalse();
      }
      other.closeIdle();
      assertThat(writableByAnotherProcess(fixture.file)).isTrue();
    }
  }

  /** Locks are a process's own, so only another process can tell. */
  private static boolean writableByAnotherProcess(Path file) {
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  OpenForWriting.class.getName(),
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void neverMixesAFileThatIsSwappedUnderAStream() throws IOException {
    try (EngineFixture fixture =
        new EngineFixture(folder, "CREATE TABLE t AS FROM range(5000000) r(i)")) {
      Path other = folder.resolve("other.duckdb");
      EngineFixture.write(other, "CREATE TABLE t AS FROM range(5) r(i)");
      Snapshot snapshot = fixture.snapshot();
      try (BatchStream stream = fixture.engine.run(EngineFixture.fragment(snapshot, "FROM t"))) {
        assertThat(stream.next()).isTrue();
        Files.move(other, fixture.file, StandardCopyOption.REPLACE_EXISTING);
        assertFails(
            () -> {
              while (stream.next()) {
                // to the end, where the check is
              }
            },
            StandardErrorCode.FILE_CHANGED);
      }
    }
  }

  @Test
  void namesWhatIsWrongWithAFile() throws IOException {
    Path text = Files.writeString(folder.resolve("text.duckdb"), "hello".repeat(9000));
    assertFails(
        () -> io.duckherder.snapshot.DatabaseFiles.identify(text),
        StandardErrorCode.NOT_A_DATABASE);
    assertFails(
        () -> io.duckherder.snapshot.DatabaseFiles.identify(folder.resolve("absent.duckdb")),
        StandardErrorCode.FILE_NOT_FOUND);
  }

  @Test
  void failsOnADamagedBlockInsteadOfGivingRows() throws IOException {
    try (EngineFixture fixture =
        new EngineFixture(
            folder, "CREATE TABLE t AS SELECT random() AS x FROM range(1000000)", "CHECKPOINT")) {
      try (RandomAccessFile file = new RandomAccessFile(fixture.file.toFile(), "rw")) {
        for (long at = 12_288 + 5 * 262_144 + 1000; at < 12_288 + 15 * 262_144; at += 262_144) {
          file.seek(at);
          file.writeLong(0x5555_5555_5555_5555L);
        }
      }
      assertFails(
          () -> fixture.count("SELECT sum(x), min(x) FROM t"), StandardErrorCode.FILE_CORRUPT);
      assertThat(fixture.count("SELECT 1")).isEqualTo(1);
    }
  }

  @Test
  void failsOnATruncatedFile() throws IOException {
    try (EngineFixture fixture =
        new EngineFixture(
            folder, "CREATE TABLE t AS SELECT random() AS x FROM range(1000000)", "CHECKPOINT")) {
      try (RandomAccessFile file = new RandomAccessFile(fixture.file.toFile(), "rw")) {
        file.setLength(file.length() / 2);
      }
      assertThatThrownBy(() -> fixture.count("SELECT sum(x) FROM t"))
          .isInstanceOf(DuckherderException.class);
    }
  }

  @Test
  void refusesSqlThatLeavesTheDatabase() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.csv"), "a\n1\n");
    try (EngineFixture fixture = new EngineFixture(folder)) {
      assertFails(
          () -> fixture.count("FROM read_csv('" + secret + "')"),
          StandardErrorCode.PERMISSION_DENIED);
      assertFails(
          () -> fixture.count("SET memory_limit = '100GB'"), StandardErrorCode.PERMISSION_DENIED);
    }
  }

  @Test
  void spillsWhatDoesNotFitAndLeavesNoFileBehind() throws IOException {
    Path file = folder.resolve("db.duckdb");
    EngineFixture.write(file, "CREATE TABLE t AS SELECT hash(i) AS h, i FROM range(6000000) r(i)");
    try (EngineFixture fixture = new EngineFixture(folder);
        DuckDBEngine small =
            new DuckDBEngine(
                EngineFixture.config(folder, Duration.ZERO, "50MiB"), fixture.allocator)) {
      try (BatchStream stream = small.run(fixture.fragment("FROM t ORDER BY h"))) {
        long rows = 0;
        while (stream.next()) {
          rows += stream.root().getRowCount();
        }
        assertThat(rows).isEqualTo(6_000_000);
      }
    }
    try (var left = Files.list(folder.resolve("spill"))) {
      assertThat(left).isEmpty();
    } catch (java.nio.file.NoSuchFileException e) {
      // nothing was ever spilled into it
    }
  }

  @Test
  void saysThatTheDiskForSpillingIsFull() {
    Path file = folder.resolve("db.duckdb");
    EngineFixture.write(file, "CREATE TABLE t AS SELECT hash(i) AS h, i FROM range(6000000) r(i)");
    EngineConfig full =
        new EngineConfig(
            "50MiB",
            2,
            folder.resolve("spill"),
            "1MiB",
            List.of(),
            Duration.ZERO,
            OptionalInt.empty());
    try (EngineFixture fixture = new EngineFixture(folder);
        DuckDBEngine engine = new DuckDBEngine(full, fixture.allocator)) {
      assertFails(
          () -> {
            try (BatchStream stream = engine.run(fixture.fragment("FROM t ORDER BY h"))) {
              stream.next();
            }
          },
          StandardErrorCode.OUT_OF_DISK);
      try (BatchStream stream = engine.run(fixture.fragment("SELECT count(*) FROM t"))) {
        assertThat(stream.next()).isTrue();
      }
    }
  }

  @Test
  void runsAsTheSession() {
    try (EngineFixture fixture = new EngineFixture(folder);
        EngineConnection connection =
            fixture.engine.connect(
                fixture.snapshot(),
                SessionSettings.DEFAULT
                    .withSetting("TimeZone", "Asia/Tokyo")
                    .withVariable("n", "41 + 1"));
        BatchStream stream =
            fixture.engine.stream(
                connection, "SELECT current_setting('TimeZone') || getvariable('n') AS v")) {
      stream.next();
      assertThat(stream.root().getVector(0).getObject(0)).hasToString("Asia/Tokyo42");
    }
  }

  @Test
  void tellsTheSchemaWithoutRunning() {
    try (EngineFixture fixture = new EngineFixture(folder);
        EngineConnection connection =
            fixture.engine.connect(fixture.snapshot(), SessionSettings.DEFAULT)) {
      for (String sql :
          new String[] {
            "SELECT 1::HUGEINT AS h, now() AS t, [1] AS l",
            "EXPLAIN SELECT 1",
            "DESCRIBE SELECT 1",
            "PIVOT (VALUES (1, 2)) v(a, b) ON a USING sum(b)"
          }) {
        try (BatchStream stream = fixture.engine.stream(connection, sql)) {
          assertThat(fixture.engine.schema(connection, sql)).isEqualTo(stream.schema());
        }
      }
    }
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DuckherderException.class, e -> assertThat(e.code()).as(e.text()).isEqualTo(code));
  }
}
