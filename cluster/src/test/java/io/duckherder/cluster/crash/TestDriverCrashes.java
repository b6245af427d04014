package io.duckherder.cluster.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Drivers killed at random instants while clients write. {@code -Dduckherder.crashes} says how
 * often, {@code -Dduckherder.seed} which instants and what is written.
 */
final class TestDriverCrashes {
  private static final int CLIENTS = 3;
  private static final int LONGEST_LIFE_MILLIS = 900;
  private static final int LONGEST_START_MILLIS = 1500;
  private static final int CRASHES_OF_A_DATABASE = 30;
  private static final int SNAPSHOTS_A_CRASH = 3;
  private static final String WORKERS = "SELECT * FROM duckherder_workers()";

  private final int crashes = Integer.getInteger("duckherder.crashes", 30);
  private final long seed = Long.getLong("duckherder.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, Integer> instants = new TreeMap<>();

  /** The JDBC driver tells of every statement that it could not close. */
  private final Logger jdbc = Logger.getLogger("org.apache.arrow.driver.jdbc");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private int looks;
  private long transactions;

  @TempDir Path directory;

  @AfterEach
  void endThreads() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void whatWasAcknowledgedIsThereAndNothingElse() throws Exception {
    jdbc.setLevel(Level.OFF);
    long started = System.nanoTime();
    System.out.println("Drivers are killed by -Dduckherder.seed=" + seed);
    for (int done = 0; done < crashes; done += CRASHES_OF_A_DATABASE) {
      Path folder = Files.createDirectory(directory.resolve("from-" + done));
      crash(folder, Math.min(CRASHES_OF_A_DATABASE, crashes - done));
      delete(folder);
    }
    System.out.printf(
        "%d crashes in %d s, %d transactions, %d snapshots looked at; killed %s%n",
        crashes,
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started),
        transactions,
        looks,
        instants);
  }

  /** Crashes the driver of one database so many times. */
  private void crash(Path folder, int times) throws Exception {
    List<Ledger> ledgers =
        IntStream.range(0, CLIENTS).mapToObj(client -> new Ledger(seed, client)).toList();
    int port = ClusterRunner.freePort();
    CrashDriver driver = CrashDriver.launch(folder, port).awaitReady();
    Path spill = CrashDriver.spill(folder);
    try (WorkerProcess near =
            WorkerProcess.startBeside(
                "near", port, spill.resolve("near"), CrashDriver.replicas(folder));
        WorkerProcess far =
            WorkerProcess.startApart("far", port, spill.resolve("far"), folder.resolve("far"))) {
      setUp(driver, ledgers);
      for (int i = 0; i < times; i++) {
        List<Boolean> inFlight = runAndKill(driver, ledgers);
        countInstant(folder, inFlight.contains(true));
        checkSnapshots(folder);
        if (random.nextInt(5) == 0) {
          killAtStart(folder, port);
        }
        driver = CrashDriver.launch(folder, port).awaitReady();
        check(driver, folder, ledgers, inFlight);
      }
      checkWorkers(driver, ledgers);
      driver.stop();
      near.stop();
      far.stop();
    } finally {
      driver.kill();
    }
    checkRest(folder, ledgers);
    ledgers.forEach(ledger -> transactions += ledger.committed());
  }

  private static void setUp(CrashDriver driver, List<Ledger> ledgers) throws SQLException {
    try (Connection connection = driver.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN");
      for (String sql :
          Stream.concat(Ledger.TABLES.stream(), Ledger.openings(ledgers).stream()).toList()) {
        statement.execute(sql);
      }
      statement.execute("COMMIT");
    }
  }

  /** Lets the clients write until a random instant; tells which had a transaction in flight. */
  private List<Boolean> runAndKill(CrashDriver driver, List<Ledger> ledgers) throws Exception {
    Load load = new Load(CLIENTS);
    ExecutorCompletionService<Boolean> running = new ExecutorCompletionService<>(threads);
    List<Future<Boolean>> clients = new ArrayList<>();
    for (Ledger ledger : ledgers) {
      Random own = new Random(random.nextLong());
      clients.add(running.submit(new LedgerClient(driver, ledger, own, load)));
    }
    Random own = new Random(random.nextLong());
    Future<Boolean> disturber =
        running.submit(new Disturber(driver, Ledger.sum(CLIENTS), own, load));
    if (random.nextInt(4) > 0) {
      load.awaitBegin();
    }
    // A random instant, unless a client fails before it.
    Future<Boolean> failed =
        running.poll(1 + random.nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS);
    load.kill(driver);
    if (failed != null) {
      failed.get();
    }
    disturber.get();
    List<Boolean> inFlight = new ArrayList<>();
    for (Future<Boolean> client : clients) {
      inFlight.add(client.get());
    }
    return inFlight;
  }

  private void killAtStart(Path folder, int port) throws Exception {
    CrashDriver driver = CrashDriver.launch(folder, port);
    driver.awaitEnd(random.nextInt(LONGEST_START_MILLIS));
    driver.kill();
    instants.merge("at the start", 1, Integer::sum);
  }

  private void countInstant(Path folder, boolean inTransaction) throws IOException {
    if (inTransaction) {
      instants.merge("in transactions", 1, Integer::sum);
    }
    if (!new StoredSnapshots(CrashDriver.file(folder)).strangers().isEmpty()) {
      instants.merge("in seals", 1, Integer::sum);
    }
    List<String> files = StoredSnapshots.files(folder);
    if (files.stream().anyMatch(name -> name.matches("db\\.duckdb\\.(wal\\..+|.*checkpoint.*)"))) {
      instants.merge("in checkpoints", 1, Integer::sum);
    }
    if (isInReplica(CrashDriver.replicas(folder))) {
      instants.merge("in replicas", 1, Integer::sum);
    }
  }

  /** Whether a change of a replica was announced and did not end. */
  private static boolean isInReplica(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path change : files.filter(path -> path.toString().endsWith(".change")).toList()) {
        Path state = Path.of(change.toString().replaceAll("change$", "state"));
        if (!Files.exists(state)
            || Files.getLastModifiedTime(change).compareTo(Files.getLastModifiedTime(state)) > 0) {
          return true;
        }
      }
      return false;
    }
  }

  /** Every snapshot that the manifest names is complete, and one moment of the database. */
  private void checkSnapshots(Path folder) throws Exception {
    StoredSnapshots store = new StoredSnapshots(CrashDriver.file(folder));
    List<Long> numbers = store.numbers();
    if (numbers.size() < 2) {
      return;
    }
    // The first one is of the empty database, and the last the likeliest to be broken.
    checkSnapshot(store, numbers.get(numbers.size() - 1));
    for (int i = 1; i < SNAPSHOTS_A_CRASH; i++) {
      checkSnapshot(store, numbers.get(1 + random.nextInt(numbers.size() - 1)));
    }
  }

  private void checkSnapshot(StoredSnapshots store, long number) throws Exception {
    store.look(
        number,
        duckdb -> {
          List<Ledger> ledgers = new ArrayList<>();
          for (int client = 0; client < CLIENTS; client++) {
            Ledger ledger = new Ledger(seed, client);
            long committed = Contents.committed(duckdb, client);
            while (ledger.committed() < committed) {
              ledger.commit();
            }
            ledgers.add(ledger);
          }
          assertThat(Contents.of(duckdb))
              .as("snapshot %d, seed %d", number, seed)
              .isEqualTo(Contents.of(ledgers));
          return true;
        });
    looks++;
  }

  /** What was acknowledged is there, and what was in flight whole or not at all. */
  private void check(CrashDriver driver, Path folder, List<Ledger> ledgers, List<Boolean> inFlight)
      throws Exception {
    assertThat(new StoredSnapshots(CrashDriver.file(folder)).strangers()).isEmpty();
    try (Connection connection = driver.connectLive()) {
      for (Ledger ledger : ledgers) {
        long committed = Contents.committed(connection, ledger.client());
        long most = ledger.committed() + (inFlight.get(ledger.client()) ? 1 : 0);
        assertThat(committed)
            .as("transactions of client %d, seed %d", ledger.client(), seed)
            .isBetween(ledger.committed(), most);
        if (committed > ledger.committed()) {
          ledger.commit();
        }
      }
      assertThat(Contents.of(connection)).as("seed %d", seed).isEqualTo(Contents.of(ledgers));
    }
  }

  /** The workers that saw all the crashes answer, from snapshots that hold every commit. */
  private void checkWorkers(CrashDriver driver, List<Ledger> ledgers) throws SQLException {
    try (Connection connection = driver.connect();
        Statement statement = connection.createStatement()) {
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      List<List<String>> workers = Rows.of(connection, WORKERS);
      while (workers.size() < 2) {
        assertThat(System.nanoTime()).as("in time, of two: %s", workers).isLessThan(deadline);
        workers = Rows.of(connection, WORKERS);
      }
      for (String mode : List.of("distributed", "single", "auto")) {
        statement.execute("SET duckherder_execution = '" + mode + "'");
        assertThat(Contents.of(connection))
            .as("mode %s, seed %d", mode, seed)
            .isEqualTo(Contents.of(ledgers));
      }
    }
  }

  /** Nothing but the database is left of all the drivers, and DuckDB alone reads it. */
  private void checkRest(Path folder, List<Ledger> ledgers) throws Exception {
    assertThat(StoredSnapshots.files(folder))
        .isSubsetOf(
            "db.duckdb", "db.duckdb.wal", "db.duckdb.snapshots", "replicas", "far", "spill");
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.filter(TestDriverCrashes::isTemporary)).isEmpty();
    }
    Contents contents = StoredSnapshots.lookAt(CrashDriver.file(folder), Contents::of);
    assertThat(contents).as("seed %d", seed).isEqualTo(Contents.of(ledgers));
  }

  /** Whether a file is of use only to a process that is gone. */
  private static boolean isTemporary(Path path) {
    return path.toString().endsWith(".unfinished")
        || path.toString().contains("/spill/")
            && path.getFileName().toString().startsWith("duckdb");
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.delete(path);
      }
    }
  }
}
