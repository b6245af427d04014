package io.duckherder.cluster.sql;

import io.duckherder.cluster.sql.ClassifiedStatement.SnapshotCall;
import io.duckherder.docs.PageTable;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** What clients do with snapshots, held against the page that lists it. */
final class TestSnapshotCallsPage {
  @Test
  void listsTheCallsAndWhatTheyGive() throws IOException {
    List<List<String>> rows =
        SnapshotCalls.NAMES.stream()
            .sorted()
            .map(
                name ->
                    List.of(
                        "`" + name + "`",
                        SnapshotCalls.schema(new SnapshotCall(name, "")).getFields().stream()
                            .map(Field::getName)
                            .collect(Collectors.joining(", "))))
            .toList();
    PageTable.requireExplained("functions.md", "snapshot calls", rows);
  }
}
