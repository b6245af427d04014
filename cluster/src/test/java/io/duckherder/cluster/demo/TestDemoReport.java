package io.duckherder.cluster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.client.RowSource.Column;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class TestDemoReport {
  private static final DemoQuery ORDERED = new DemoQuery("q", "a query", "", RowOrder.FIXED);
  private static final DemoQuery UNORDERED = new DemoQuery("s", "a scan", "", RowOrder.ANY);
  private static final Duration TIME = Duration.ofMillis(1500);

  private final DemoReport report = new DemoReport();

  @Test
  void succeedsWhenAllAnswersAreEqual() {
    report.expect(ORDERED, answer(List.of(1L, new BigDecimal("2.50"))), TIME);
    assertThat(report.check(ORDERED, "Spark", answer(List.of(1, new BigDecimal("2.5"))), TIME))
        .isEmpty();
    assertThat(report.exitStatus()).isZero();
    assertThat(print()).contains("yes", "All 1 answers equal DuckDB's own.");
  }

  @Test
  void failsWhenAValueDiffers() {
    report.expect(ORDERED, answer(List.of(1L, new BigDecimal("2.50"))), TIME);
    report.check(ORDERED, "Flight SQL", answer(List.of(1L, new BigDecimal("2.51"))), TIME);
    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(print())
        .contains("no: [1, 2.51] instead of [1, 2.5]", "An answer differs from DuckDB's own.");
  }

  @Test
  void failsWhenARowIsMissing() {
    report.expect(UNORDERED, answer(List.of(1L), List.of(2L)), TIME);
    assertThat(report.check(UNORDERED, "Spark", answer(List.of(1L)), TIME))
        .contains("1 rows instead of 2");
    assertThat(report.exitStatus()).isEqualTo(1);
  }

  @Test
  void failsWhenARowComesTwice() {
    report.expect(UNORDERED, answer(List.of(1L), List.of(2L)), TIME);
    report.check(UNORDERED, "Spark", answer(List.of(1L), List.of(1L)), TIME);
    assertThat(report.exitStatus()).isEqualTo(1);
  }

  @Test
  void mindsTheOrderOnlyWhereTheQueryFixesIt() {
    report.expect(UNORDERED, answer(List.of(1L), List.of(2L)), TIME);
    report.check(UNORDERED, "Spark", answer(List.of(2L), List.of(1L)), TIME);
    assertThat(report.exitStatus()).isZero();
    report.expect(ORDERED, answer(List.of(1L), List.of(2L)), TIME);
    report.check(ORDERED, "Spark", answer(List.of(2L), List.of(1L)), TIME);
    assertThat(report.exitStatus()).isEqualTo(1);
  }

  private String print() {
    StringWriter out = new StringWriter();
    report.print(new DemoConsole(new PrintWriter(out), OptionalInt.empty()));
    return out.toString();
  }

  @SafeVarargs
  private static Answer answer(List<Object>... rows) {
    List<Column> columns = List.of(new Column("c", false));
    return new Answer(columns, List.of(rows));
  }
}
