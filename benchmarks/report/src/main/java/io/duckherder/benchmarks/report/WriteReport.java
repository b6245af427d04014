package io.duckherder.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a recording of the groups that the benchmarks left, with its page and its charts. */
@Command(name = "write-report", mixinStandardHelpOptions = true)
public final class WriteReport implements Callable<Integer> {
  private static final double WORTH_A_WARNING = 0.15;

  @Option(names = "--groups", required = true, description = "Folder with what was measured.")
  private Path groups = Path.of(".");

  @Option(
      names = "--output",
      required = true,
      description =
          "Folder for latest.json, README.md and the charts; its latest.json is compared with.")
  private Path output = Path.of(".");

  @Option(names = "--machine", required = true, description = "What it ran on, for people.")
  private String machine = "";

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new WriteReport()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Recording now = new Recording(LocalDate.now().toString(), machine, RecordingFiles.left(groups));
    Path latest = output.resolve("latest.json");
    Files.createDirectories(output);
    if (Files.exists(latest)) {
      List<String> drops = Drops.of(RecordingFiles.read(latest), now, WORTH_A_WARNING);
      drops.forEach(drop -> System.err.println("Warning: " + drop));
    }
    RecordingFiles.write(latest, now);
    String page = RecordingTable.of(now);
    Files.writeString(output.resolve("README.md"), page);
    for (MeasuredGroup group : now.groups()) {
      Files.writeString(output.resolve(group.id() + ".svg"), BarChart.svg(group));
    }
    System.out.println(page);
    return 0;
  }
}
