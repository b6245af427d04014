package io.duckherder.cluster.sql;

import io.duckherder.wire.BatchStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Values for the parameters of a statement that runs for each row of them, as they come. */
final class ParameterRows {
  private final BatchStream stream;

  /** Rows of a client's stream, which stays the caller's to close. */
  ParameterRows(BatchStream stream) {
    this.stream = stream;
  }

  /** The next rows as SQL, absent after the last; there may be none for a statement without. */
  Optional<List<List<String>>> next() {
    if (!stream.next()) {
      return Optional.empty();
    }
    List<List<String>> rows = new ArrayList<>();
    for (int row = 0; row < stream.root().getRowCount(); row++) {
      rows.add(ParameterValues.row(stream.root(), row));
    }
    return Optional.of(rows);
  }
}
