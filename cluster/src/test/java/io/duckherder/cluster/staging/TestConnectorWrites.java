package io.duckherder.cluster.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.managed.ManagedConfig;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.layout.PartitionTarget;
import io.duckherder.plan.ReadRequest;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.FlightErrors;
import io.duckherder.wire.ReadCommand;
import io.duckherder.wire.ReadInfo;
import io.duckherder.wire.write.CommitAnswer;
import io.duckherder.wire.write.CommitBase;
import io.duckherder.wire.write.CommitRecord;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.wire.write.CommitStep;
import io.duckherder.wire.write.PlannedColumns;
import io.duckherder.wire.write.StageCommand;
import io.duckherder.wire.write.StagedPart;
import io.duckherder.wire.write.StagingJob;
import io.duckherder.wire.write.WriteActions;
import io.duckherder.worker.staging.StagingFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightClient.ClientStreamListener;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Result;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writes of connectors, without a connector: rows that are staged, and commits of them. */
@Timeout(120)
final class TestConnectorWrites {
  private static final String TOKEN = "token of the clients";
  private static final Schema COLUMNS =
      new Schema(List.of(Field.nullable("i", new ArrowType.Int(64, true))));
  private static final CommitStep INSERT =
      CommitStep.reading("INSERT INTO sales.main.t (i) SELECT i FROM " + CommitStep.STAGED);

  @TempDir Path directory;
  private ClusterRunner cluster;
  private Connection sql;
  private FlightClient client;
  private FlightClient stranger;

  @BeforeEach
  void start() throws SQLException {
    // Made by DuckDB itself the file is in its newest format, which has triggers.
    Rows.file(directory.resolve("sales.duckdb"));
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .workers(1)
            .token(TOKEN)
            .managed(
                ManagedConfig.of(
                    Map.of("sales", directory.resolve("sales.duckdb")),
                    directory.resolve("replicas")))
            .build();
    sql = cluster.connect();
    client =
        FlightClients.open(cluster.allocator(), cluster.driver().location(), Optional.of(TOKEN));
    stranger =
        FlightClients.open(cluster.allocator(), cluster.driver().location(), Optional.empty());
    run("CREATE TABLE t (i BIGINT)", "CREATE TABLE other (i BIGINT)");
  }

  @AfterEach
  void stop() throws Exception {
    stranger.close();
    client.close();
    sql.close();
    cluster.close();
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  private String one(String query) throws SQLException {
    return Rows.one(sql, query);
  }

  private byte[] act(String type, byte[] body) {
    byte[] answer = new byte[0];
    Iterator<Result> results = client.doAction(new Action(type, body));
    while (results.hasNext()) {
      answer = results.next().getBody();
    }
    return answer;
  }

  private StagingJob begin() {
    return WriteActions.read(act(WriteActions.BEGIN, new byte[0]), StagingJob.class);
  }

  /** Stages the numbers up to one, as an executor does: without a token. */
  private void stage(StagingJob job, StagedPart part, int rows) {
    put(new StageCommand(job, part).encode(), rows);
  }

  private void put(FlightDescriptor descriptor, int rows) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(COLUMNS, cluster.allocator())) {
      AsyncPutListener listener = new AsyncPutListener();
      ClientStreamListener stream = stranger.startPut(descriptor, root, listener);
      BigIntVector numbers = (BigIntVector) root.getVector(0);
      for (int row = 0; row < rows; row++) {
        numbers.setSafe(row, row);
      }
      root.setRowCount(rows);
      stream.putNext();
      stream.completed();
      listener.getResult();
    }
  }

  private CommitAnswer commit(StagingJob job, List<StagedPart> parts, CommitStep... steps) {
    return commit(job, parts, Optional.empty(), steps);
  }

  private CommitAnswer commit(
      StagingJob job, List<StagedPart> parts, Optional<CommitBase> base, CommitStep... steps) {
    return commit(
        new CommitRequest(
            job, parts, CommitRecord.ofWrite("sales", job.id()), base, List.of(steps)));
  }

  private CommitAnswer commit(CommitRequest request) {
    return WriteActions.read(
        act(WriteActions.COMMIT, WriteActions.json(request)), CommitAnswer.class);
  }

  private static void assertFails(ThrowingCallable work, StandardErrorCode code) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e ->
                assertThat(FlightErrors.fromFlight(e, "driver"))
                    .extracting(DuckherderException::code)
                    .isEqualTo(code));
  }

  @Test
  void onlyTheRunsThatTheCommitNamesAreTaken() throws Exception {
    StagingJob job = begin();
    stage(job, new StagedPart(0, 1), 10);
    stage(job, new StagedPart(0, 2), 20);
    stage(job, new StagedPart(1, 3), 300);
    assertThat(one("SELECT count(*) FROM t")).isEqualTo("0");
    CommitAnswer answer = commit(job, List.of(new StagedPart(0, 2), new StagedPart(1, 3)), INSERT);
    assertThat(answer.rows()).containsExactly(320L);
    assertThat(one("SELECT count(*) FROM t")).isEqualTo("320");
    assertThat(
            one(
                "SELECT count(*) FROM t AT (VERSION => %d)"
                    .formatted(answer.snapshot().getAsLong())))
        .isEqualTo("320");
    act(WriteActions.DROP, WriteActions.json(job));
    assertThat(directory.resolve("spill/staging")).doesNotExist();
  }

  @Test
  void aCommitThatIsAskedForAgainIsDoneOnce() throws Exception {
    StagingJob job = begin();
    StagedPart part = new StagedPart(0, 0);
    stage(job, part, 10);
    assertThat(commit(job, List.of(part), INSERT).repeated()).isFalse();
    assertThat(commit(job, List.of(part), INSERT).repeated()).isTrue();
    act(WriteActions.DROP, WriteActions.json(job));
    assertThat(commit(job, List.of(part), INSERT).repeated()).isTrue();
    assertThat(one("SELECT count(*) FROM t")).isEqualTo("10");
  }

  @Test
  void writesAreForgottenAfterAWeekAndStreamsAreNot() throws Exception {
    StagedPart part = new StagedPart(0, 0);
    StagingJob old = begin();
    stage(old, part, 1);
    commit(old, List.of(part), INSERT);
    run(
        "INSERT INTO duckherder.writes VALUES ('stream s', 3, now())",
        "UPDATE duckherder.writes SET written = now() - INTERVAL 8 DAYS");
    StagingJob young = begin();
    stage(young, part, 1);
    assertThat(commit(young, List.of(part), INSERT).repeated()).isFalse();
    assertThat(one("SELECT string_agg(id, ' ' ORDER BY epoch) FROM duckherder.writes"))
        .isEqualTo(young.id() + " stream s");
    assertThat(commit(young, List.of(part), INSERT).repeated()).isTrue();
  }

  /** Commits an epoch of the stream "s", of one row; tells whether it was taken for a new one. */
  private boolean isNew(String table, long epoch) {
    StagingJob job = begin();
    StagedPart part = new StagedPart(0, 0);
    stage(job, part, 1);
    CommitStep insert =
        CommitStep.reading(
            "INSERT INTO sales.main.%s (i) SELECT i FROM %s".formatted(table, CommitStep.STAGED));
    CommitRecord record = CommitRecord.ofEpoch("sales", "s", table, epoch);
    return !commit(new CommitRequest(job, List.of(part), record, Optional.empty(), List.of(insert)))
        .repeated();
  }

  @Test
  void theEpochsOfAStreamAreRememberedForEachTable() throws Exception {
    assertThat(isNew("t", 1)).isTrue();
    assertThat(isNew("t", 2)).isTrue();
    assertThat(isNew("other", 2)).isTrue();
    assertThat(isNew("t", 2)).isFalse();
    assertThat(isNew("other", 1)).isFalse();
    assertThat(
            one("SELECT string_agg(id || ': ' || epoch, ', ' ORDER BY id) FROM duckherder.writes"))
        .isEqualTo("stream s of other: 2, stream s of t: 2");
  }

  @Test
  void aStreamThatWasRememberedWithoutItsTableGoesOn() throws Exception {
    assertThat(isNew("t", 1)).isTrue();
    String old = "UPDATE duckherder.writes SET id = 'stream s', epoch = 7";
    run(old);
    // One that is far behind is no run of the stream that is remembered.
    assertThat(isNew("other", 3)).isTrue();
    assertThat(isNew("t", 7)).isFalse();
    assertThat(isNew("t", 8)).isTrue();
    assertThat(isNew("other", 7)).isTrue();
    run("DELETE FROM duckherder.writes WHERE id = 'stream s of other'", old);
    assertThat(isNew("t", 8)).isTrue();
    assertThat(isNew("t", 8)).isFalse();
    assertThat(isNew("other", 8)).isTrue();
    assertThat(
            one("SELECT string_agg(id || ': ' || epoch, ', ' ORDER BY id) FROM duckherder.writes"))
        .isEqualTo("stream s of other: 8, stream s of t: 8");
  }

  @Test
  void aColumnOfAnotherTypeThanPlannedFailsTheCommit() throws Exception {
    run("CREATE TABLE d (x DOUBLE)");
    CommitStep insert =
        CommitStep.reading("INSERT INTO sales.main.d (x) SELECT i FROM " + CommitStep.STAGED)
            .giving(new PlannedColumns("main", "d", Map.of("x", "DOUBLE")));
    StagingJob job = begin();
    StagedPart part = new StagedPart(0, 0);
    stage(job, part, 10);
    run("ALTER TABLE d ALTER x TYPE INTEGER");
    assertFails(() -> commit(job, List.of(part), insert), StandardErrorCode.TABLE_CHANGED);
    assertThat(one("SELECT count(*) FROM d")).isEqualTo("0");
    run("ALTER TABLE d ALTER x TYPE DOUBLE");
    commit(job, List.of(part), insert);
    assertThat(one("SELECT count(*) FROM d")).isEqualTo("10");
  }

  @Test
  void aCommitIsAllOrNothing() throws Exception {
    StagingJob job = begin();
    StagedPart part = new StagedPart(0, 0);
    stage(job, part, 10);
    run("INSERT INTO t VALUES (77)");
    assertFails(
        () ->
            commit(
                job,
                List.of(part),
                CommitStep.plain("DELETE FROM sales.main.t"),
                INSERT,
                CommitStep.plain("INSERT INTO sales.main.other VALUES ('x')")),
        StandardErrorCode.INVALID_DATA);
    assertThat(one("SELECT sum(i) FROM t")).isEqualTo("77");
    // What failed is not remembered as done.
    assertThat(commit(job, List.of(part), INSERT).repeated()).isFalse();
    assertThat(one("SELECT count(*) FROM t")).isEqualTo("11");
  }

  @Test
  void rowsThatAreNotThereFailTheCommit() throws Exception {
    StagingJob job = begin();
    assertFails(
        () -> commit(job, List.of(new StagedPart(0, 0)), INSERT),
        StandardErrorCode.STAGED_ROWS_LOST);
    assertThat(one("SELECT count(*) FROM t")).isEqualTo("0");
  }

  @Test
  void whoStagesNeedsTheKeyOfTheWriteAndWhoCommitsTheToken() {
    StagingJob job = begin();
    StagedPart part = new StagedPart(0, 0);
    assertFails(
        () -> stage(new StagingJob(job.id(), "guessed"), part, 1),
        StandardErrorCode.AUTHENTICATION_FAILED);
    assertFails(
        () -> stage(new StagingJob("unknown", job.key()), part, 1),
        StandardErrorCode.STAGED_ROWS_LOST);
    assertFails(
        () -> put(FlightDescriptor.command("anything".getBytes(StandardCharsets.UTF_8)), 1),
        StandardErrorCode.AUTHENTICATION_FAILED);
    assertThatThrownBy(
            () -> stranger.doAction(new Action(WriteActions.BEGIN)).forEachRemaining(r -> {}))
        .hasMessageContaining("token");
  }

  @Test
  void aStatementThatIsNoWriteIsRefused() {
    StagingJob job = begin();
    assertFails(
        () -> commit(job, List.of(), CommitStep.plain("ATTACH 'x.duckdb' AS x")),
        StandardErrorCode.PERMISSION_DENIED);
    assertFails(
        () -> commit(job, List.of(), CommitStep.plain("SELECT 1")),
        StandardErrorCode.INVALID_QUERY);
  }

  private Snapshot read() throws Exception {
    ReadRequest request =
        new ReadRequest(
            ReadRequest.Relation.ofTable("t"),
            Optional.empty(),
            Optional.empty(),
            SessionSettings.DEFAULT,
            PartitionTarget.forSlots(1));
    byte[] metadata = client.getInfo(ReadCommand.encode(request)).getAppMetadata();
    return WriteActions.read(metadata, ReadInfo.class).snapshot();
  }

  private void delete(Snapshot base) {
    commit(
        begin(),
        List.of(),
        Optional.of(new CommitBase(base, "t")),
        CommitStep.plain(
                "DELETE FROM sales.main.t WHERE rowid IN (SELECT min(rowid) FROM sales.main.t)")
            .changing(1));
  }

  @Test
  void aTableThatWasWrittenSinceItWasReadIsAConflict() throws Exception {
    run("INSERT INTO t VALUES (1), (2), (3), (4), (5)");
    Snapshot base = read();
    run("INSERT INTO other VALUES (1)");
    delete(base);
    assertFails(() -> delete(base), StandardErrorCode.TRANSACTION_CONFLICT);
    Snapshot next = read();
    run("CHECKPOINT sales");
    assertFails(() -> delete(next), StandardErrorCode.TRANSACTION_CONFLICT);
    delete(read());
    assertThat(one("SELECT count(*) FROM t")).isEqualTo("3");
  }

  @Test
  void aTableThatATriggerWroteSinceItWasReadIsAConflict() throws Exception {
    run("INSERT INTO t VALUES (1), (2)");
    run("CREATE TRIGGER tr AFTER INSERT ON other FOR EACH STATEMENT INSERT INTO t VALUES (20)");
    Snapshot base = read();
    run("INSERT INTO other VALUES (1)");
    assertFails(() -> delete(base), StandardErrorCode.TRANSACTION_CONFLICT);
    delete(read());
    assertThat(one("SELECT count(*) FROM t")).isEqualTo("2");
  }

  @Test
  void aChangeOfRowsThatAreNotThereIsAConflict() throws Exception {
    Snapshot base = read();
    assertFails(() -> delete(base), StandardErrorCode.TRANSACTION_CONFLICT);
  }

  @Test
  void aDriverDeletesWhatAnEarlierOneLeft() throws IOException {
    Path left = directory.resolve("left/dead/0-0.part");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "rows");
    new StagedWrites(
        new StagingFolder(directory.resolve("left")), cluster.allocator(), Clock.systemUTC());
    assertThat(directory.resolve("left")).doesNotExist();
  }
}
