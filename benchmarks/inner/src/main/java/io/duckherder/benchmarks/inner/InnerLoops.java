package io.duckherder.benchmarks.inner;

import io.duckherder.benchmarks.report.MeasuredGroup;
import io.duckherder.benchmarks.report.Measurement;
import io.duckherder.benchmarks.report.RecordingFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the benchmarks of this package, each in a JVM of its own. */
@Command(name = "inner-loops", mixinStandardHelpOptions = true)
public final class InnerLoops implements Callable<Integer> {
  @Option(names = "--rounds", description = "Measured seconds (default: ${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(names = "--warm-up", description = "Seconds before (default: ${DEFAULT-VALUE}).")
  private int warmUp = 5;

  @Option(names = "--record", description = "Folder for what was measured, as JSON.")
  private Path record = Path.of("");

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new InnerLoops()).execute(arguments));
  }

  @Override
  public Integer call() throws RunnerException {
    OptionsBuilder options = new OptionsBuilder();
    options.include(InnerLoops.class.getPackageName());
    options.mode(Mode.AverageTime).timeUnit(TimeUnit.MICROSECONDS).forks(1).shouldFailOnError(true);
    options.warmupIterations(warmUp).warmupTime(TimeValue.seconds(1));
    options.measurementIterations(rounds).measurementTime(TimeValue.seconds(1));
    List<Measurement> rows = new ArrayList<>();
    for (RunResult result : new Runner(options.build()).run()) {
      Statistics times = result.getPrimaryResult().getStatistics();
      rows.add(
          new Measurement(
              result.getParams().getBenchmark().replaceAll(".*\\.(\\w+\\.\\w+)", "$1"),
              "JMH",
              times.getPercentile(50),
              times.getMin(),
              times.getMax()));
    }
    RecordingFiles.leave(
        record, new MeasuredGroup("inner-loops", "Inner loops", "us", rows, List.of()));
    return 0;
  }
}
