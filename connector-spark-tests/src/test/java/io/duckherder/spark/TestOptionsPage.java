package io.duckherder.spark;

import io.duckherder.docs.PageTable;
import io.duckherder.spark.option.DuckherderOption;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The options of the data source, held against the page that lists them. */
final class TestOptionsPage {
  @Test
  void listsEachOptionWithItsMode() throws IOException {
    List<List<String>> options =
        Arrays.stream(DuckherderOption.values())
            .map(option -> List.of("`" + option.key() + "`", option.where()))
            .toList();
    PageTable.requireExplained("spark.md", "options", options);
  }
}
