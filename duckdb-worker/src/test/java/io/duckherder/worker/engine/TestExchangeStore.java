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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose one peer is another engine of this process. */
final class TestExchangeStore {
  private static final String PEER = "grpc://peer:1";
  private static final List<ResultColumn> COLUMNS = List.of(new ResultColumn("i", "BIGINT"));

  @TempDir Path folder;
  private final AtomicInteger asked = new AtomicInteger();

  /** What the peer answers, for a test to put something in between. */
  private Peers peers;

  private EngineFixture peer;
  private DuckDBEngine engine;

  @BeforeEach
  void start() {
    peer = new EngineFixture(folder, Duration.ZERO, "CREATE TABLE t AS FROM range(100000) r(i)");
    peers = (worker, fragment) -> peer.engine.run(fragment);
    engine = engine(Duration.ofMinutes(15));
  }

  @AfterEach
  void stop() {
    engine.close();
    assertThat(peer.allocator.getAllocatedMemory()).isZero();
    peer.close();
    assertThat(folder.resolve("spill")).doesNotExist();
  }

  @Test
  void combinesWhatTheDriverLoads() {
    Fragment last = exchangeForm("SELECT i::HUGEINT, INTERVAL 1 day FROM t WHERE i < 10");
    List<ResultColumn> columns =
        List.of(new ResultColumn("h", "HUGEINT"), new ResultColumn("d", "INTERVAL"));
    for (String table : List.of("a", "b")) {
      try (BatchStream rows = peer.engine.run(last)) {
        engine.exchange().load(peer.snapshot(), "q", table, columns, rows);
      }
    }
    FragmentInput input = new FragmentInput("rows", columns, List.of(local("a"), local("b")));
    String sql =
        "SELECT sum(h)::BIGINT, count(DISTINCT d), typeof(any_value(h)) FROM temp.main.rows";
    try (BatchStream answer = engine.run(reading(sql, input))) {
      assertThat(answer.next()).isTrue();
      assertThat(answer.root().contentToTSVString()).contains("90\t1\tHUGEINT");
      assertThat(answer.next()).isFalse();
    }
    engine.exchange().release("q");
    assertThat(engine.exchange().queries()).isZero();
    assertThat(engine.holdsFiles()).isFalse();
  }

  @Test
  void loadsARowWithoutRowsAndKeepsNothingOfAFailure() {
    try (BatchStream none = peer.engine.run(exchangeForm("SELECT i FROM t WHERE i < 0"))) {
      engine.exchange().load(peer.snapshot(), "q", "none", COLUMNS, none);
    }
    assertThat(count("q", input(local("none")))).isZero();
    String broken = "SELECT CASE WHEN i = 99999 THEN error('late') ELSE i END AS i FROM t";
    try (BatchStream rows = peer.engine.run(exchangeForm(broken))) {
      assertFails(
          () -> engine.exchange().load(peer.snapshot(), "q", "broken", COLUMNS, rows),
          StandardErrorCode.INVALID_QUERY);
    }
    assertFails(() -> count("q", input(local("broken"))), StandardErrorCode.EXCHANGE_LOST);
  }

  @Test
  void pullsOnceForAllThatWait() {
    keep("a");
    CountDownLatch open = new CountDownLatch(1);
    Peers direct = peers;
    peers = (worker, fragment) -> new HeldStream(direct.open(worker, fragment), open);
    FragmentInput input = input(new Source(PEER, "a", OptionalInt.empty()));
    List<CompletableFuture<Long>> readers =
        IntStream.range(0, 6)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> count("q", input)))
            .toList();
    await(() -> asked.get() == 1);
    open.countDown();
    assertThat(readers).allSatisfy(reader -> assertThat(reader.join()).isEqualTo(100_000));
    assertThat(count("q", input)).isEqualTo(100_000);
    assertThat(asked).hasValue(1);
    assertThat(kept(engine)).isPositive();
    try (EngineConnection lease = engine.connect(peer.snapshot(), SessionSettings.DEFAULT)) {
      engine.exchange().release("q");
      await(() -> kept(engine) == 0);
    }
  }

  @Test
  void failsAllThatWaitForAPullAndTriesAgainLater() {
    keep("a");
    Peers direct = peers;
    peers =
        (worker, fragment) -> {
          throw new DuckherderException(StandardErrorCode.UNREACHABLE, "Cannot reach the peer");
        };
    FragmentInput input = input(new Source(PEER, "a", OptionalInt.empty()));
    List<CompletableFuture<Long>> readers =
        IntStream.range(0, 3)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> count("q", input)))
            .toList();
    for (CompletableFuture<Long> reader : readers) {
      assertThatThrownBy(reader::join)
          .cause()
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> {
                assertThat(e.code()).isEqualTo(StandardErrorCode.EXCHANGE_LOST);
                assertThat(e.text()).contains("\"a\"", "query q", PEER);
              });
    }
    peers = direct;
    assertThat(count("q", input)).isEqualTo(100_000);
  }

  @Test
  void passesOtherErrorsOfAPeerAsTheyAre() {
    peers =
        (worker, fragment) -> {
          throw new DuckherderException(StandardErrorCode.OUT_OF_MEMORY, "No memory there");
        };
    assertFails(
        () -> count("q", input(new Source(PEER, "a", OptionalInt.empty()))),
        StandardErrorCode.OUT_OF_MEMORY);
  }

  @Test
  void stopsAPullThatNobodyWaitsForAnyMore() {
    keep("a");
    CountDownLatch never = new CountDownLatch(1);
    Peers direct = peers;
    peers = (worker, fragment) -> new HeldStream(direct.open(worker, fragment), never);
    FragmentInput input = input(new Source(PEER, "a", OptionalInt.empty()));
    try (BatchStream first = engine.run(reading("FROM temp.main.rows", input));
        BatchStream second = engine.run(reading("FROM temp.main.rows", input))) {
      CompletableFuture<Void> one = CompletableFuture.runAsync(first::next);
      CompletableFuture<Void> other = CompletableFuture.runAsync(second::next);
      await(() -> asked.get() == 1);
      first.cancel();
      assertCancelled(one);
      assertThat(other).isNotDone();
      second.cancel();
      assertCancelled(other);
    }
    peers = direct;
    assertThat(count("q", input)).isEqualTo(100_000);
  }

  @Test
  void stopsWhatAReleasedQueryRuns() {
    keep("a");
    CountDownLatch never = new CountDownLatch(1);
    Peers direct = peers;
    peers = (worker, fragment) -> new HeldStream(direct.open(worker, fragment), never);
    String endless = "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a <> b";
    FragmentInput input = input(new Source(PEER, "a", OptionalInt.empty()));
    try (BatchStream pulling = engine.run(reading("FROM temp.main.rows", input));
        BatchStream storing = engine.run(keeping("q", "b", endless));
        BatchStream plain = engine.run(reading(endless))) {
      List<CompletableFuture<Void>> running =
          List.of(
              CompletableFuture.runAsync(pulling::next),
              CompletableFuture.runAsync(storing::next),
              CompletableFuture.runAsync(plain::next));
      await(() -> asked.get() == 1);
      engine.exchange().release("q");
      running.forEach(TestExchangeStore::assertCancelled);
    }
    await(() -> engine.exchange().queries() == 0);
    assertThat(kept(engine)).isZero();
    assertFails(() -> count("q", input), StandardErrorCode.QUERY_CANCELLED);
  }

  @Test
  void dropsWhatWasForgotten() {
    try (DuckDBEngine forgetful = engine(Duration.ofMillis(100))) {
      run(forgetful, keeping("q", "a", "FROM t"));
      await(() -> forgetful.exchange().queries() == 0);
      await(() -> !forgetful.holdsFiles());
      assertFails(
          () -> run(forgetful, reading("FROM temp.main.rows", input(local("a")))),
          StandardErrorCode.EXCHANGE_LOST);
    }
  }

  @Test
  void keepsNothingOfWhatFailsOrIsCancelled() {
    String broken = "SELECT CASE WHEN i = 99999 THEN error('late') ELSE i END AS i FROM t";
    assertFails(() -> run(engine, keeping("q", "a", broken)), StandardErrorCode.INVALID_QUERY);
    assertFails(
        () -> run(engine, keeping("q", "a", "FROM absent")), StandardErrorCode.OBJECT_NOT_FOUND);
    try (BatchStream stream = engine.run(keeping("q", "a", "FROM t"))) {
      stream.cancel();
      assertThatThrownBy(stream::next)
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.QUERY_CANCELLED));
    }
    assertThat(kept(engine)).isZero();
    assertFails(() -> count("q", input(local("a"))), StandardErrorCode.EXCHANGE_LOST);
  }

  @Test
  void spillsWhatMemoryDoesNotHold() throws Exception {
    EngineConfig config = EngineFixture.config(folder, Duration.ZERO, "64MiB");
    try (DuckDBEngine small = new DuckDBEngine(config, peer.allocator)) {
      String wide =
          "SELECT i, hash(i)::VARCHAR || hash(i + 1)::VARCHAR AS s FROM range(4000000) r(i)";
      run(small, keeping("q", "a", wide));
      assertThat(spilled()).isGreaterThan(50_000_000);
      FragmentInput input =
          new FragmentInput(
              "rows",
              List.of(new ResultColumn("i", "BIGINT"), new ResultColumn("s", "VARCHAR")),
              List.of(local("a")));
      String sum = "SELECT sum(i)::BIGINT, count(s) FROM temp.main.rows";
      try (BatchStream answer = small.run(reading(sum, input))) {
        answer.next();
        assertThat(answer.root().contentToTSVString()).contains("7999998000000\t4000000");
      }
      small.exchange().release("q");
      assertThat(spilled()).isZero();
    }
  }

  @Test
  void hidesKeptRowsFromOtherQueries() {
    keep("a");
    assertThat(peer.count("SELECT 1 FROM duckdb_tables() WHERE table_name <> 't'")).isZero();
    assertThat(peer.count("SELECT 1 FROM information_schema.schemata WHERE schema_name LIKE 'q%'"))
        .isZero();
    assertThat(peer.count("SELECT 1 FROM duckdb_databases() WHERE NOT internal")).isEqualTo(2);
  }

  private DuckDBEngine engine(Duration exchangeTimeout) {
    EngineConfig config =
        new EngineConfig(
            "512MiB",
            2,
            folder.resolve("spill"),
            "",
            List.of(),
            Duration.ZERO,
            OptionalInt.empty(),
            exchangeTimeout);
    return new DuckDBEngine(
        config,
        peer.allocator,
        (worker, fragment) -> {
          asked.incrementAndGet();
          return peers.open(worker, fragment);
        },
        SealedFiles.NONE);
  }

  private long spilled() throws Exception {
    if (!Files.exists(folder.resolve("spill"))) {
      return 0;
    }
    try (var files = Files.walk(folder.resolve("spill"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** Keeps all rows of the table at the peer. */
  private void keep(String table) {
    run(peer.engine, keeping("q", table, "FROM t"));
  }

  private static void run(DuckDBEngine engine, Fragment fragment) {
    try (BatchStream stream = engine.run(fragment)) {
      while (stream.next()) {
        // to the end
      }
    }
  }

  private long count(String query, FragmentInput input) {
    try (BatchStream stream =
        engine.run(fragment(query, "FROM temp.main.rows", false, Optional.empty(), input))) {
      long rows = 0;
      while (stream.next()) {
        rows += stream.root().getRowCount();
      }
      return rows;
    }
  }

  /** Bytes of the tables that an engine keeps, of whatever query. */
  private long kept(DuckDBEngine of) {
    String sql =
        "SELECT memory_usage_bytes + temporary_storage_bytes FROM duckdb_memory()"
            + " WHERE tag = 'IN_MEMORY_TABLE'";
    try (EngineConnection connection = of.connect(peer.snapshot(), SessionSettings.DEFAULT);
        Statement statement = connection.jdbc().createStatement();
        ResultSet bytes = statement.executeQuery(sql)) {
      bytes.next();
      return bytes.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static Source local(String table) {
    return new Source(Source.LOCAL, table, OptionalInt.empty());
  }

  private static FragmentInput input(Source source) {
    return new FragmentInput("rows", COLUMNS, List.of(source));
  }

  private Fragment exchangeForm(String sql) {
    return fragment("source", sql, true, Optional.empty());
  }

  private Fragment reading(String sql, FragmentInput... inputs) {
    return fragment("q", sql, false, Optional.empty(), inputs);
  }

  private Fragment keeping(String query, String table, String sql) {
    return fragment(query, sql, false, Optional.of(new FragmentOutput(table, false)));
  }

  private Fragment fragment(
      String query,
      String sql,
      boolean exchangeForm,
      Optional<FragmentOutput> output,
      FragmentInput... inputs) {
    return new Fragment(
        query,
        0,
        peer.snapshot(),
        SessionSettings.DEFAULT,
        sql,
        Optional.empty(),
        false,
        OptionalInt.empty(),
        List.of(inputs),
        output,
        exchangeForm);
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    Instant deadline = Instant.now().plusSeconds(30);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private static void assertCancelled(CompletableFuture<Void> running) {
    assertThatThrownBy(running::join)
        .cause()
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).as(e.text()).isEqualTo(StandardErrorCode.QUERY_CANCELLED));
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DuckherderException.class, e -> assertThat(e.code()).as(e.text()).isEqualTo(code));
  }

  /** A stream whose first batch comes once a latch opens, unless it is cancelled before. */
  private record HeldStream(BatchStream stream, CountDownLatch latch, CountDownLatch cancelled)
      implements BatchStream {
    HeldStream(BatchStream stream, CountDownLatch latch) {
      this(stream, latch, new CountDownLatch(1));
    }

    @Override
    public Schema schema() {
      return stream.schema();
    }

    @Override
    public boolean next() {
      while (latch.getCount() > 0 && cancelled.getCount() > 0) {
        Thread.onSpinWait();
      }
      return stream.next();
    }

    @Override
    public VectorSchemaRoot root() {
      return stream.root();
    }

    @Override
    public void cancel() {
      stream.cancel();
      cancelled.countDown();
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
