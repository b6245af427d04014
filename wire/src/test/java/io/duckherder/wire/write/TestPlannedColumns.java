package io.duckherder.wire.write;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which types of a column count as the same. */
final class TestPlannedColumns {
  private static void require(String planned, String now) {
    new PlannedColumns("main", "t", Map.of("x", planned))
        .requireUnchanged(Map.of("x", now, "y", "VARCHAR"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "DOUBLE | DOUBLE",
        "VARCHAR | JSON",
        "STRUCT(a JSON)[] | STRUCT(\"a\" VARCHAR)[]",
        "ENUM | ENUM('a', 'b')",
        "MAP(VARCHAR, ENUM) | MAP(VARCHAR, ENUM('a'))",
        "main.odd | main.odd"
      })
  void theseAreTheSame(String planned, String now) {
    assertThatCode(() -> require(planned, now)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "DOUBLE | INTEGER",
        "TIMESTAMP | TIMESTAMP_S",
        "DECIMAL(9,2) | DECIMAL(9,1)",
        "ENUM('a') | ENUM('b')",
        "INTEGER[] | INTEGER[3]",
        "STRUCT(a INTEGER) | STRUCT(b INTEGER)",
        "STRUCT(a DOUBLE) | STRUCT(a FLOAT)",
        "main.odd | DOUBLE"
      })
  void theseAreNot(String planned, String now) {
    assertThatThrownBy(() -> require(planned, now))
        .hasMessage(
            "Cannot write column \"x\" of \"main\".\"t\": it was %s when the write was planned, and is %s now; run the write again, or start the stream again"
                .formatted(planned, now))
        .extracting(e -> ((DuckherderException) e).code())
        .isEqualTo(StandardErrorCode.TABLE_CHANGED);
  }

  @Test
  void aColumnIsFoundByItsNameInAnyCaseAndMissedIfItIsGone() {
    PlannedColumns columns = new PlannedColumns("main", "t", Map.of("x", "DATE"));
    columns.requireUnchanged(Map.of("X", "DATE"));
    assertThatThrownBy(() -> columns.requireUnchanged(Map.of("y", "DATE")))
        .hasMessageContaining("and is gone");
    columns.requireUnchanged(Map.of());
  }
}
