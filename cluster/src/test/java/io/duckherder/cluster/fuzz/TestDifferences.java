package io.duckherder.cluster.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the fuzzer found once stays found. */
final class TestDifferences {
  @TempDir static Path folder;
  private static FuzzRun run;

  /** A difference of the past. */
  private record Difference(String title, List<String> settings, FuzzQuery query) {
    @Override
    public String toString() {
      return title;
    }
  }

  @BeforeAll
  static void start() {
    Path file = folder.resolve("differences.duckdb");
    FuzzDatabase.create(file, lines("setup ").toList());
    run = new FuzzRun(folder, file, 2);
  }

  @AfterAll
  static void stop() throws Exception {
    run.close();
  }

  @ParameterizedTest
  @MethodSource("differences")
  void isNoMore(Difference difference) {
    List<String> cluster = new ArrayList<>();
    List<String> shared = new ArrayList<>();
    cluster.add("SET duckherder_execution = 'distributed'");
    cluster.add("SET duckherder_minimum_rows = 0");
    for (String setting : difference.settings()) {
      (setting.contains("duckherder_") ? cluster : shared).add(setting);
    }
    run.session(new FuzzSession(shared, cluster));
    assertThat(run.difference(difference.query())).isEmpty();
  }

  static Stream<Difference> differences() {
    return paragraphs()
        .filter(lines -> lines.stream().anyMatch(line -> line.startsWith("query ")))
        .map(
            lines ->
                new Difference(
                    only(lines, "# ").get(0),
                    only(lines, "set "),
                    new FuzzQuery(
                        only(lines, "query ").get(0),
                        only(lines, "ordered ").stream().mapToInt(Integer::parseInt).sum())));
  }

  private static Stream<String> lines(String prefix) {
    return paragraphs().flatMap(lines -> only(lines, prefix).stream());
  }

  private static List<String> only(List<String> lines, String prefix) {
    return lines.stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }

  private static Stream<List<String>> paragraphs() {
    try (InputStream text =
        Objects.requireNonNull(
            TestDifferences.class.getResourceAsStream("/fuzz/differences.txt"))) {
      return Stream.of(new String(text.readAllBytes(), StandardCharsets.UTF_8).split("\n\n"))
          .map(paragraph -> paragraph.lines().toList())
          .toList()
          .stream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
