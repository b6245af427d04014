package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.managed.LostDatabase.Restored;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live files that are gone, or not what the snapshots beside them say. */
@Timeout(120)
final class TestLostDatabase {
  @TempDir Path directory;
  private Path file;
  private Path log;
  private long first;

  /** A database with two snapshots, of one row and of two. */
  @BeforeEach
  void fill() throws Exception {
    file = directory.resolve("sales.duckdb");
    log = directory.resolve("sales.duckdb.wal");
    try (ClusterRunner cluster = start();
        Connection client = cluster.connect()) {
      run(client, "CREATE TABLE t AS SELECT 1 AS i");
      first = seal(client);
      run(client, "INSERT INTO t VALUES (2)");
      seal(client);
    }
  }

  private ClusterRunner start() {
    return ClusterRunner.builder(directory.resolve("spill"))
        .managed(ManagedConfig.of(Map.of("sales", file), directory.resolve("replicas")))
        .workers(1)
        .build();
  }

  private static void run(Connection client, String... statements) throws SQLException {
    try (Statement statement = client.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static long seal(Connection client) throws SQLException {
    return Long.parseLong(Rows.of(client, "CALL duckherder_seal()").get(0).get(1));
  }

  private String sum() throws Exception {
    try (ClusterRunner cluster = start();
        Connection client = cluster.connect()) {
      return Rows.one(client, "SELECT sum(i) FROM t");
    }
  }

  private LostDatabase lost() {
    return new LostDatabase(file, Clock.systemUTC());
  }

  private static void assertRefused(
      ThrowingCallable what, StandardErrorCode code, String... parts) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            DuckherderException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }

  @Test
  void aMissingFileIsBroughtBackFromTheNewestSnapshot() throws Exception {
    Files.delete(file);
    Files.delete(log);
    assertRefused(
        this::start,
        StandardErrorCode.FILE_NOT_FOUND,
        "missing",
        "duckherder-cluster restore --managed sales=" + file);
    Restored restored = lost().restore(OptionalLong.empty(), false);
    assertThat(restored.snapshot()).isEqualTo(restored.newest());
    assertThat(restored.aside()).isEmpty();
    assertThat(sum()).isEqualTo("3");
  }

  @Test
  void aFileThatIsThereIsMovedAsideIfThatIsWanted() throws Exception {
    assertRefused(
        () -> lost().restore(OptionalLong.of(first), false),
        StandardErrorCode.INVALID_OPTION,
        "--force");
    Restored restored = lost().restore(OptionalLong.of(first), true);
    assertThat(restored.snapshot().number()).isEqualTo(first);
    assertThat(restored.newest().number()).isGreaterThan(first);
    Path aside = restored.aside().get(restored.aside().size() - 1);
    try (Connection duckdb = Rows.duckdb(aside)) {
      assertThat(Rows.one(duckdb, "SELECT sum(i) FROM t")).isEqualTo("3");
    }
    assertThat(sum()).isEqualTo("1");
    assertThat(sum()).as("and after another start").isEqualTo("1");
    assertThat(names()).noneMatch(name -> name.contains("restor"));
  }

  @Test
  void theLogOfALostFileIsMovedAside() throws Exception {
    Files.delete(file);
    assertThat(lost().restore(OptionalLong.empty(), false).aside())
        .singleElement()
        .satisfies(path -> assertThat(path.toString()).endsWith(".wal"));
    assertThat(sum()).isEqualTo("3");
  }

  @Test
  void anOlderFileIsRefused() throws Exception {
    Path backup = Files.copy(file, directory.resolve("backup"));
    Path backupLog = Files.copy(log, directory.resolve("backup.wal"));
    try (ClusterRunner cluster = start();
        Connection client = cluster.connect()) {
      run(client, "CHECKPOINT", "INSERT INTO t VALUES (4)");
      seal(client);
    }
    Path kept = Files.copy(file, directory.resolve("kept"));
    Files.copy(backup, file, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(backupLog, log, StandardCopyOption.REPLACE_EXISTING);
    assertRefused(this::start, StandardErrorCode.FILE_CHANGED, "older", "--force --managed sales=");
    Files.copy(kept, file, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(log);
    assertRefused(this::start, StandardErrorCode.FILE_CHANGED, "older", "--force --managed sales=");
    lost().restore(OptionalLong.empty(), true);
    assertThat(sum()).isEqualTo("7");
  }

  @Test
  void whatACheckpointLeftStandsForNoLogThatIsGone() throws Exception {
    for (String suffix : List.of(".checkpoint", ".recovery")) {
      Path stale = directory.resolve("sales.duckdb.wal" + suffix);
      Files.write(stale, new byte[9]);
      byte[] whole = Files.readAllBytes(log);
      Files.delete(log);
      assertRefused(this::start, StandardErrorCode.FILE_CHANGED, "older");
      Files.delete(stale);
      Files.write(log, whole);
    }
    assertThat(sum()).isEqualTo("3");
  }

  @Test
  void aRestoreThatCannotMakeItsFileLeavesTheOldOne() throws Exception {
    Path obstacle = Files.createDirectories(directory.resolve("sales.duckdb.restore/full"));
    assertThatThrownBy(() -> lost().restore(OptionalLong.empty(), true))
        .isInstanceOf(DuckherderException.class);
    assertThat(names()).contains("sales.duckdb", "sales.duckdb.wal");
    Files.delete(obstacle);
    assertThat(sum()).isEqualTo("3");
  }

  /** Number 3 is one state before the file was put back, and another one after it. */
  @Test
  void aBackupThatIsPutBackIsReadWithWhatWasWrittenToItSince() throws Exception {
    Path store = ManagedDatabases.storeOf(file);
    Path backup = Files.createDirectories(directory.resolve("backup"));
    copy(directory, backup, path -> path.equals(file) || path.equals(log));
    copy(store, backup, path -> true);
    assertThat(sumAfterInsert(10)).isEqualTo("13");
    try (Stream<Path> files = Files.list(store)) {
      for (Path path : files.toList()) {
        Files.delete(path);
      }
    }
    copy(backup, directory, path -> path.getFileName().toString().startsWith("sales"));
    copy(backup, store, path -> !path.getFileName().toString().startsWith("sales"));
    assertThat(sumAfterInsert(100)).isEqualTo("103");
  }

  private String sumAfterInsert(int value) throws Exception {
    try (ClusterRunner cluster = start();
        Connection client = cluster.connect()) {
      run(client, "INSERT INTO t VALUES (" + value + ")");
      assertThat(seal(client)).isEqualTo(first + 2);
      run(client, "SET duckherder_execution = 'distributed'");
      return Rows.one(client, "SELECT sum(i) FROM t");
    }
  }

  private static void copy(Path from, Path to, Predicate<Path> which) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path path : files.filter(which).filter(Files::isRegularFile).toList()) {
        Files.copy(path, to.resolve(path.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Test
  void anotherDatabaseIsRefused() throws Exception {
    Files.delete(file);
    Files.delete(log);
    Rows.file(file, "CREATE TABLE t AS SELECT 9 AS i");
    assertRefused(this::start, StandardErrorCode.FILE_CHANGED, "not the database");
  }

  @Test
  void aFileThatIsCutOffIsRefused() throws Exception {
    Files.delete(log);
    Files.write(file, new byte[0]);
    assertRefused(
        this::start, StandardErrorCode.FILE_NOT_FOUND, "cut off", "restore --force --managed");
  }

  @Test
  void aRestoreThatACrashEndedIsDoneAtTheNextStart() throws Exception {
    Files.writeString(directory.resolve("sales.duckdb.restoring"), String.valueOf(first));
    Files.writeString(directory.resolve("sales.duckdb.restoring.unfinished"), "");
    Files.writeString(directory.resolve("sales.duckdb.restore"), "half of");
    assertThat(sum()).isEqualTo("1");
    assertThat(names()).noneMatch(name -> name.contains("restor"));
  }

  @Test
  void aDatabaseInUseIsLeftAlone() throws Exception {
    try (ClusterRunner cluster = start()) {
      assertThat(cluster.driver().port()).isPositive();
      assertRefused(
          () -> lost().restore(OptionalLong.empty(), true),
          StandardErrorCode.FILE_IN_USE,
          "another driver has it open");
    }
    assertThat(sum()).isEqualTo("3");
  }

  @Test
  void withoutSnapshotsThereIsNothingToRestore() {
    Path other = directory.resolve("other.duckdb");
    assertRefused(
        () -> new LostDatabase(other, Clock.systemUTC()).restore(OptionalLong.empty(), false),
        StandardErrorCode.SNAPSHOT_NOT_FOUND,
        "no folder of snapshots");
    assertThat(directory.resolve("other.duckdb.snapshots")).doesNotExist();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }
}
