package io.duckherder.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TestErrorsPage {
  @Test
  void listsEachCodeWithItsTypeRetriesAndStatus() throws IOException {
    List<String> listed =
        Files.readAllLines(Path.of("..", "docs", "errors.md")).stream()
            .filter(line -> line.matches("\\| [A-Z_]+ \\|.*"))
            .map(line -> String.join("|", List.of(line.split(" \\| ", -1)).subList(0, 4)))
            .toList();
    List<String> codes =
        Arrays.stream(StandardErrorCode.values())
            .map(
                code ->
                    "| %s|%s|%s|%s"
                        .formatted(
                            code.name(),
                            code.type(),
                            code.retryable() ? "yes" : "no",
                            code.status()))
            .toList();
    assertThat(listed).isEqualTo(codes);
  }
}
