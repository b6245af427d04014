package io.duckherder.error;

import io.duckherder.docs.PageTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TestErrorsPage {
  @Test
  void listsEachCodeWithItsTypeRetriesAndStatus() throws IOException {
    List<List<String>> codes =
        Arrays.stream(StandardErrorCode.values())
            .map(
                code ->
                    List.of(
                        code.name(),
                        code.type().name(),
                        code.retryable() ? "yes" : "no",
                        code.status().name()))
            .toList();
    PageTable.requireExplained("errors.md", "codes", codes);
  }
}
