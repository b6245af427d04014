package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.sql.KnownReads.Conditions;
import io.duckherder.session.ExecutionSettings;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.Snapshot;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TestKnownReads {
  private static final Conditions CONDITIONS =
      new Conditions(SessionSettings.DEFAULT, ExecutionSettings.DEFAULT, snapshot("one"));

  private final KnownReads reads = new KnownReads();

  private static Snapshot snapshot(String headers) {
    return new Snapshot(Map.of("db", new FileIdentity("/db", 1, 1, headers, 0, "")));
  }

  private void add(String text) {
    reads.add(text, CONDITIONS, new KnownRead(text, true, true));
  }

  @Test
  void aTextIsKnownUnderItsOwnConditionsOnly() {
    add("SELECT 1");
    assertThat(reads.find("SELECT 1", CONDITIONS)).isPresent();
    assertThat(
            reads.find(
                "SELECT 1",
                new Conditions(
                    SessionSettings.DEFAULT.withVariable("v", "1"),
                    ExecutionSettings.DEFAULT,
                    CONDITIONS.snapshot())))
        .isEmpty();
    assertThat(
            reads.find(
                "SELECT 1",
                new Conditions(
                    SessionSettings.DEFAULT,
                    ExecutionSettings.DEFAULT.with("duckherder_minimum_rows", "1"),
                    CONDITIONS.snapshot())))
        .isEmpty();
    assertThat(
            reads.find(
                "SELECT 1",
                new Conditions(
                    SessionSettings.DEFAULT, ExecutionSettings.DEFAULT, snapshot("two"))))
        .isEmpty();
  }

  @Test
  void anotherNumberMakesNoOtherRead() {
    add("SELECT s FROM t WHERE i = 42");
    assertThat(reads.find("SELECT s FROM t WHERE i = 7", CONDITIONS))
        .hasValueSatisfying(
            read -> assertThat(read.sql()).isEqualTo("SELECT s FROM t WHERE i = 7"));
    assertThat(reads.find("SELECT s FROM t WHERE i = j", CONDITIONS)).isEmpty();
    assertThat(reads.find("SELECT s FROM t WHERE i > 42", CONDITIONS)).isEmpty();
    assertThat(reads.find("SELECT s FROM t1 WHERE i = 42", CONDITIONS)).isEmpty();
    assertThat(reads.find("SELECT s FROM t WHERE i = '42'", CONDITIONS)).isEmpty();
    assertThat(reads.find("SELECT s FROM t WHERE i = 42; SELECT 1", CONDITIONS)).isEmpty();
  }

  @Test
  void theNumberOfTextsIsBounded() {
    for (int i = 0; i < 10_000; i++) {
      add("SELECT c" + i);
      reads.find("SELECT 1 + " + i, CONDITIONS);
    }
    assertThat(reads.size()).isLessThanOrEqualTo(2_000);
    assertThat(reads.find("SELECT c9999", CONDITIONS)).isPresent();
    assertThat(reads.find("SELECT c0", CONDITIONS)).isEmpty();
    assertThat(KnownReads.accepts("x".repeat(5_000))).isFalse();
  }
}
