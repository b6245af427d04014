package io.duckherder.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import picocli.CommandLine;

final class TestReport {
  @TempDir private Path folder;

  private static MeasuredGroup group(double ours, double theirs) {
    return new MeasuredGroup(
        "scan",
        "Scans of <lineitem> & more",
        "s",
        List.of(
            new Measurement("all columns", "duckherder", ours, ours / 2, ours * 2),
            new Measurement("all columns", "Parquet", theirs, theirs, theirs)),
        List.of(
            new Ratio("duckherder / Parquet", ours / theirs, Ratio.Better.LESS, 1.5),
            new Ratio("Parquet / duckherder", theirs / ours, Ratio.Better.MORE)));
  }

  private static Recording recording(MeasuredGroup group) {
    return new Recording("2026-01-31", "a machine", List.of(group));
  }

  @Test
  void aRecordingIsReadAsItWasWritten() throws IOException {
    Recording recording = recording(group(2, 1));
    RecordingFiles.write(folder.resolve("latest.json"), recording);
    assertThat(RecordingFiles.read(folder.resolve("latest.json"))).isEqualTo(recording);
  }

  @Test
  void onlyRatiosThatLostMoreThanTheShareAreWarnedOf() {
    Recording before = recording(group(1.0, 1));
    assertThat(Drops.of(before, recording(group(1.17, 1)), 0.15)).isEmpty();
    assertThat(Drops.of(before, recording(group(0.5, 1)), 0.15)).isEmpty();
    assertThat(Drops.of(before, recording(group(1.25, 1)), 0.15))
        .containsExactly(
            "Scans of <lineitem> & more: duckherder / Parquet was 1.00 on 2026-01-31 and is 1.25,"
                + " 20 percent worse",
            "Scans of <lineitem> & more: Parquet / duckherder was 1.00 on 2026-01-31 and is 0.80,"
                + " 20 percent worse");
  }

  @Test
  void thePageNamesAimsThatAreMissed() {
    assertThat(RecordingTable.of(recording(group(2, 1))))
        .contains("| duckherder / Parquet | 2.00 | at most 1.50, **missed** |")
        .contains("| all columns | 2.00 (1.00 to 4.00) | 1.00 (1.00 to 1.00) |");
    assertThat(RecordingTable.of(recording(group(1, 1))))
        .contains("| duckherder / Parquet | 1.00 | at most 1.50 |");
  }

  @Test
  void aChartIsWellFormedAndHasABarForEachMeasurement() throws Exception {
    Path file = folder.resolve("chart.svg");
    Files.writeString(file, BarChart.svg(group(2, 1)));
    Document chart =
        DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile());
    // The background, two in the legend, two bars.
    assertThat(chart.getElementsByTagName("rect").getLength()).isEqualTo(5);
    assertThat(chart.getElementsByTagName("line").getLength()).isEqualTo(2);
  }

  @Test
  void theCommandLeavesARecordingAPageAndCharts() throws IOException {
    RecordingFiles.leave(folder.resolve("groups"), group(2, 1));
    int status =
        new CommandLine(new WriteReport())
            .execute(
                "--groups=" + folder.resolve("groups"),
                "--output=" + folder.resolve("docs"),
                "--machine=a machine");
    assertThat(status).isZero();
    assertThat(folder.resolve("docs"))
        .isDirectoryContaining("glob:**/latest.json")
        .isDirectoryContaining("glob:**/README.md")
        .isDirectoryContaining("glob:**/scan.svg");
  }
}
