package io.duckherder.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.session.SessionSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestRowColumns {
  private static final String[] UNEVEN = {
    "CREATE TABLE t (i BIGINT)",
    "INSERT INTO t SELECT * FROM range(5000)",
    "CHECKPOINT",
    "INSERT INTO t SELECT * FROM range(5000, 12000)",
    "CHECKPOINT",
    "INSERT INTO t SELECT * FROM range(12000, 12100)",
    "CHECKPOINT",
    "INSERT INTO t SELECT * FROM range(12100, 40000)",
    "CREATE TABLE hollow AS FROM t ORDER BY i",
    "CHECKPOINT",
    "DELETE FROM hollow WHERE i < 6144 OR i BETWEEN 14000 AND 30000",
    "CREATE VIEW v AS FROM t"
  };

  @TempDir Path folder;

  @Test
  void rowGroupsAreThoseOfTheStorage() {
    try (PlannedDatabase database = uneven()) {
      assertThat(read(database, "t", Set.of(RowColumn.ROW_GROUP), null, groups()))
          .isEqualTo(stored(database, "t"))
          .hasSizeGreaterThan(10);
    }
  }

  @Test
  void rowGroupsAreNotToldWhereRowsWereDeleted() {
    try (PlannedDatabase database = uneven()) {
      assertThat(read(database, "hollow", Set.of(RowColumn.ROW_GROUP), null, groups()))
          .containsExactly("null|17855|");
    }
  }

  @Test
  void rowidsAndFiltersOnThem() {
    try (PlannedDatabase database = uneven()) {
      assertThat(
              read(
                  database,
                  "t",
                  Set.of(RowColumn.ROWID, RowColumn.SNAPSHOT),
                  "\"_rowid\" IN (0, 20000, 39999) AND \"_snapshot\" IS NULL",
                  Optional.empty()))
          .containsExactlyElementsOf(
              database.sorted(
                  "SELECT i, rowid, NULL::VARCHAR FROM t WHERE rowid IN (0, 20000, 39999)"));
      ReadPlan few =
          plan(database, "t", Set.of(RowColumn.ROWID), "\"_rowid\" = 20000", Optional.empty());
      assertThat(few.fragments()).hasSize(1);
      assertThat(few.summary().pruning().rowGroupsLeft()).isOne();
      assertThat(few.summary().pruning().rowGroups()).isGreaterThan(10);
    }
  }

  @Test
  void onlyTablesHaveThem() {
    try (PlannedDatabase database = uneven()) {
      for (PushedQuery.Scope scope : PushedQuery.Scope.values()) {
        assertThatThrownBy(
                () ->
                    plan(
                        database,
                        "v",
                        Set.of(RowColumn.ROWID),
                        null,
                        Optional.of(new PushedQuery("SELECT 1 FROM duckherder_rows", scope))))
            .isInstanceOf(DuckherderException.class)
            .hasMessageContaining("Cannot read _rowid of v: only tables have them");
      }
    }
  }

  private PlannedDatabase uneven() {
    return PlannedDatabase.createWith(
        "ROW_GROUP_SIZE 2048", folder.resolve("uneven.duckdb"), UNEVEN);
  }

  private static Optional<PushedQuery> groups() {
    return Optional.of(
        new PushedQuery(
            "SELECT _row_group, count(*) FROM duckherder_rows GROUP BY ALL",
            PushedQuery.Scope.WHOLE));
  }

  private static List<String> stored(PlannedDatabase database, String table) {
    List<String> rows =
        new ArrayList<>(
            database.rows(
                """
                SELECT row_group_id, sum(count)::BIGINT FROM pragma_storage_info('%s')
                WHERE segment_type = 'BIGINT' GROUP BY ALL"""
                    .formatted(table)));
    Collections.sort(rows);
    return rows;
  }

  private static List<String> read(
      PlannedDatabase database,
      String table,
      Set<RowColumn> told,
      String filter,
      Optional<PushedQuery> pushed) {
    return database.rows(plan(database, table, told, filter, pushed));
  }

  private static ReadPlan plan(
      PlannedDatabase database,
      String table,
      Set<RowColumn> told,
      String filter,
      Optional<PushedQuery> pushed) {
    List<String> columns = new ArrayList<>(List.of("i"));
    told.stream().sorted().map(RowColumn::columnName).forEach(columns::add);
    return database.planner.plan(
        database.connection,
        database.snapshot,
        "q",
        new ReadRequest(
            ReadRequest.Relation.ofTable(table),
            Optional.of(columns),
            Optional.ofNullable(filter),
            SessionSettings.DEFAULT,
            PlannedDatabase.FINE,
            Optional.empty(),
            pushed,
            Map.of(),
            told));
  }
}
