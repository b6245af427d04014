package io.duckherder.cluster.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.client.IntervalValue;
import io.duckherder.cluster.client.MapValue;
import io.duckherder.cluster.client.RowSource.Column;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TestOutputFormat {
  private static final List<Column> PEOPLE =
      List.of(new Column("id", true), new Column("name", false));
  private static final List<List<Object>> THREE =
      List.of(
          List.of(1L, "Ada"), Arrays.asList(22L, null), List.of(3L, "a \"quoted\", comma\nline"));

  @Test
  void writesCsvWithAHeaderAndTellsNullFromEmpty() throws IOException {
    assertThat(print(OutputFormat.CSV, PEOPLE, THREE))
        .isEqualTo("id,name\n1,Ada\n22,\n3,\"a \"\"quoted\"\", comma\nline\"\n");
    assertThat(print(OutputFormat.CSV, PEOPLE, List.of(List.of(1L, ""))))
        .isEqualTo("id,name\n1,\"\"\n");
    assertThat(print(OutputFormat.CSV, PEOPLE, List.of())).isEqualTo("id,name\n");
  }

  @Test
  void writesJsonWithARowPerLine() throws IOException {
    assertThat(print(OutputFormat.JSON, PEOPLE, THREE))
        .isEqualTo(
            """
            [
            {"id":1,"name":"Ada"},
            {"id":22,"name":null},
            {"id":3,"name":"a \\"quoted\\", comma\\nline"}
            ]
            """);
  }

  @Test
  void keepsBothOfTwoColumnsWithOneNameInJson() throws IOException {
    List<Column> twins = List.of(new Column("a", true), new Column("a", true));
    assertThat(print(OutputFormat.JSON, twins, List.of(List.of(1L, 2L))))
        .contains("{\"a\":1,\"a:1\":2}");
  }

  @Test
  void drawsTablesWithNullsAndLineBreaksInOneLine() throws IOException {
    assertThat(print(OutputFormat.TABLE, PEOPLE, THREE))
        .isEqualTo(
            """
            ┌────┬─────────────────────────┐
            │ id │ name                    │
            ├────┼─────────────────────────┤
            │  1 │ Ada                     │
            │ 22 │ NULL                    │
            │  3 │ a "quoted", comma\\nline │
            └────┴─────────────────────────┘
            """);
  }

  @Test
  void fitsWideTablesIntoTheTerminal() throws IOException {
    List<Column> columns =
        IntStream.range(0, 40).mapToObj(i -> new Column("column_" + i, false)).toList();
    List<Object> row = new ArrayList<>(IntStream.range(0, 40).mapToObj(i -> "value " + i).toList());
    StringWriter out = new StringWriter();
    new TableResult(out, OptionalInt.of(80), 0).print(new ListRows(columns, List.of(row)));
    assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
    assertThat(out.toString()).contains("column_0 ", "│ … │", "column_39");
  }

  @Test
  void cutsLongCellsOnATerminalOnly() throws IOException {
    List<Column> one = List.of(new Column("text", false));
    List<List<Object>> rows = List.of(List.of("x".repeat(200)));
    StringWriter terminal = new StringWriter();
    new TableResult(terminal, OptionalInt.of(40), 0).print(new ListRows(one, rows));
    assertThat(terminal.toString()).contains("x…").doesNotContain("x".repeat(40));
    assertThat(print(OutputFormat.TABLE, one, rows)).contains("x".repeat(200));
  }

  @Test
  void stopsAtTheRowsAskedForAndSaysThatThereAreMore() throws IOException {
    StringWriter out = new StringWriter();
    ResultPrinter.Printed printed =
        new TableResult(out, OptionalInt.empty(), 2).print(new ListRows(PEOPLE, THREE));
    assertThat(printed).isEqualTo(new ResultPrinter.Printed(2, true));
    assertThat(out.toString()).doesNotContain("quoted");
  }

  @Test
  void writesValuesAsDuckDBDoes() {
    assertThat(CellText.of(new BigDecimal("0.00"))).isEqualTo("0.00");
    assertThat(CellText.of(new BigInteger("18446744073709551615")))
        .isEqualTo("18446744073709551615");
    assertThat(CellText.of(1.5)).isEqualTo("1.5");
    assertThat(CellText.of(1e10)).isEqualTo("10000000000.0");
    assertThat(CellText.of(1e300)).isEqualTo("1e+300");
    assertThat(CellText.of(-2.5e-300)).isEqualTo("-2.5e-300");
    assertThat(CellText.of(Double.NaN)).isEqualTo("nan");
    assertThat(CellText.of(Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
    assertThat(CellText.of(new byte[] {'a', 0, (byte) 0xff})).isEqualTo("a\\x00\\xFF");
    assertThat(CellText.of(LocalDate.of(2024, 2, 29))).isEqualTo("2024-02-29");
    assertThat(CellText.of(LocalTime.of(1, 2, 3, 500_000_000))).isEqualTo("01:02:03.5");
    assertThat(CellText.of(LocalDateTime.of(2024, 1, 2, 3, 4, 5))).isEqualTo("2024-01-02 03:04:05");
    assertThat(CellText.of(OffsetDateTime.parse("2024-01-02T03:04:05.25+02:00")))
        .isEqualTo("2024-01-02 03:04:05.25+02");
    assertThat(CellText.of(new IntervalValue(14, -3, Duration.ofMillis(3_661_500))))
        .isEqualTo("1 year 2 months -3 days 01:01:01.5");
    assertThat(CellText.of(Arrays.asList(1L, null, "x"))).isEqualTo("[1, NULL, x]");
    assertThat(CellText.of(Map.of("a", 1L))).isEqualTo("{'a': 1}");
    assertThat(CellText.of(new MapValue(List.of(new MapValue.Entry("k", 2L))))).isEqualTo("{k=2}");
  }

  private static String print(OutputFormat format, List<Column> columns, List<List<Object>> rows)
      throws IOException {
    StringWriter out = new StringWriter();
    format.printer(out, OptionalInt.empty(), 0).print(new ListRows(columns, rows));
    return out.toString();
  }
}
