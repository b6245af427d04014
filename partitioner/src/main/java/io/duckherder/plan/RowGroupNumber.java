package io.duckherder.plan;

import io.duckherder.layout.TableLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The SQL that tells a rowid's row group. Neighbouring groups of one size are a run, in which a
 * division gives the group; a search by halves finds the run.
 */
final class RowGroupNumber {
  /** More make an expression that costs more than the rows. */
  private static final int MOST_RUNS = 256;

  private RowGroupNumber() {}

  private record Run(int firstGroup, long start, long size) {
    String sql(String rowid) {
      String offset = start == 0 ? rowid : "(%s - %d)".formatted(rowid, start);
      String within = size == Long.MAX_VALUE ? "0" : "%s // %d".formatted(offset, size);
      return "(%d + %s)".formatted(firstGroup, within);
    }
  }

  /** The number for a rowid; empty if the layout does not tell it. */
  static Optional<String> of(TableLayout layout, String rowid) {
    if (!layout.exact() || layout.rowGroups() == 0) {
      return Optional.empty();
    }
    List<Run> runs = runs(layout);
    return runs.size() > MOST_RUNS
        ? Optional.empty()
        : Optional.of("CAST(%s AS BIGINT)".formatted(search(runs, rowid)));
  }

  /** The last group of a table is a run of its own, since nothing comes after it. */
  private static List<Run> runs(TableLayout layout) {
    List<Run> runs = new ArrayList<>();
    int last = layout.rowGroups() - 1;
    for (int group = 0; group <= last; group++) {
      long size = group == last ? Long.MAX_VALUE : layout.rows()[group];
      boolean goesOn =
          !runs.isEmpty()
              && (runs.get(runs.size() - 1).size() == size
                  || group == last && layout.rows()[last] <= runs.get(runs.size() - 1).size());
      if (!goesOn) {
        runs.add(new Run(group, layout.starts()[group], size));
      }
    }
    return runs;
  }

  private static String search(List<Run> runs, String rowid) {
    if (runs.size() == 1) {
      return runs.get(0).sql(rowid);
    }
    int middle = runs.size() / 2;
    return "CASE WHEN %s < %d THEN %s ELSE %s END"
        .formatted(
            rowid,
            runs.get(middle).start(),
            search(runs.subList(0, middle), rowid),
            search(runs.subList(middle, runs.size()), rowid));
  }
}
