package io.duckherder.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The code of the guides runs, page by page, and does what the page says. */
final class TestGuides {
  private static final Path DOCS = Path.of("..", "docs");

  private static final List<String> PAGES =
      List.of("quickstart.md", "concepts.md", "sql.md", "spark.md", "clients.md", "operations.md");

  /** What is not code, and what {@code python/tests/test_docs.py} runs. */
  private static final Set<String> NOT_HERE = Set.of("text", "python");

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("PAGES")
  void runs(String page) throws Exception {
    try (GuideRun run = new GuideRun(page, folder)) {
      run.setUp();
      for (CodeBlock block : CodeBlock.of(DOCS.resolve(page))) {
        if (block.notRun().isEmpty() && !NOT_HERE.contains(block.language())) {
          try {
            run.run(block);
          } catch (Exception | AssertionError e) {
            throw new AssertionError("docs/%s, line %d".formatted(page, block.line()), e);
          }
        }
      }
    }
  }

  @Test
  void leavesOutFewBlocksForAReason() throws IOException {
    List<String> leftOut = new ArrayList<>();
    for (String page : PAGES) {
      for (CodeBlock block : CodeBlock.of(DOCS.resolve(page))) {
        block.notRun().ifPresent(reason -> leftOut.add(page + ": " + reason));
      }
    }
    assertThat(leftOut)
        .containsExactly(
            "clients.md: go run fetches modules from the network",
            "operations.md: needs two machines",
            "operations.md: needs two machines");
  }
}
