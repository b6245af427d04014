package io.duckherder.benchmarks.sql;

import io.duckherder.cluster.local.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** One DuckDB in a process of its own, pinned to as many cores as it has threads. */
final class SingleContender implements Contender {
  private final Process process;
  private final PrintWriter commands;
  private final BufferedReader answers;

  private SingleContender(Process process) {
    this.process = process;
    this.commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts one. */
  static SingleContender start(Path database, int threads, String cores)
      throws IOException, InterruptedException {
    List<String> arguments = List.of(database.toString(), String.valueOf(threads));
    Process process =
        new ProcessBuilder(JavaCommand.of(SingleDuckDB.class.getName(), arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    SingleContender contender = new SingleContender(process);
    try {
      ProcessorTime.pin(process.toHandle(), cores);
      return contender;
    } catch (IOException e) {
      contender.close();
      throw e;
    }
  }

  @Override
  public QueryCost run(int query) throws IOException {
    double before = ProcessorTime.seconds(process.toHandle());
    double seconds = Long.parseLong(ask("run " + query)) / 1e9;
    return new QueryCost(seconds, ProcessorTime.seconds(process.toHandle()) - before, 0);
  }

  @Override
  public AnswerDigest answer(int query) throws IOException {
    String[] words = ask("answer " + query).split(" ");
    return new AnswerDigest(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  private String ask(String command) throws IOException {
    commands.println(command);
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("The process with one DuckDB ended at \"%s\"".formatted(command));
    }
    return answer;
  }

  @Override
  public void close() {
    commands.close();
    process.onExit().join();
  }
}
