package io.duckherder.cluster.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which answers are taken for right, and which are not. */
final class TestExpectedAnswer {
  private static final Field ID = Field.nullable("id", new ArrowType.Int(32, true));
  private static final Field GROUP = Field.nullable("g", ArrowType.Utf8.INSTANCE);
  private static final Field VALUE =
      Field.nullable("v", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));

  @TempDir static Path directory;
  private static SingleDuckDB duckdb;

  @BeforeAll
  static void open() throws Exception {
    Path file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t (id INTEGER, g VARCHAR, v DOUBLE)",
            "INSERT INTO t VALUES (1, 'a', 0.1), (2, 'a', 0.2), (3, 'b', 'NaN'), (4, NULL, NULL)");
    duckdb = SingleDuckDB.open("db", file, directory.resolve("spill"));
  }

  @AfterAll
  static void close() {
    duckdb.close();
  }

  @Test
  void anyOrderIsRightWithoutOrderBy() {
    ExpectedAnswer expected = duckdb.expect("SELECT id FROM t");
    assertThat(expected.difference(ids(3, 1, 4, 2))).isEmpty();
    assertThat(expected.difference(ids(3, 1, 4, 4))).hasValueSatisfying(d -> has(d, "row 3"));
    assertThat(expected.difference(ids(3, 1, 4))).hasValue("3 rows instead of 4");
  }

  @Test
  void tiesAreRightInAnyOrderAndNothingElse() {
    ExpectedAnswer expected = duckdb.expect("SELECT id FROM t ORDER BY g DESC NULLS LAST");
    assertThat(expected.difference(ids(3, 1, 2, 4))).isEmpty();
    assertThat(expected.difference(ids(3, 2, 1, 4))).isEmpty();
    assertThat(expected.difference(ids(1, 3, 2, 4))).isPresent();
    assertThat(expected.difference(ids(4, 3, 2, 1))).isPresent();
  }

  @Test
  void aLimitMayCutTiesAnywhere() {
    ExpectedAnswer expected = duckdb.expect("SELECT id FROM t ORDER BY g NULLS FIRST LIMIT 2");
    assertThat(expected.difference(ids(4, 1))).isEmpty();
    assertThat(expected.difference(ids(4, 2))).isEmpty();
    assertThat(expected.difference(ids(4, 3))).isPresent();
    ExpectedAnswer offset =
        duckdb.expect("SELECT id FROM t ORDER BY g NULLS FIRST LIMIT 2 OFFSET 2");
    assertThat(offset.difference(ids(1, 3))).isEmpty();
    assertThat(offset.difference(ids(2, 3))).isEmpty();
    assertThat(offset.difference(ids(1, 2))).isPresent();
    assertThat(duckdb.expect("FROM t LIMIT 3").size()).isEqualTo(3);
  }

  @Test
  void sortKeysAreFoundByPlaceNameAliasAndExpression() {
    for (String order :
        List.of(
            "1 DESC", "id DESC", "t.id DESC", "-id", "doubled DESC", "g IS NULL DESC, 1 DESC")) {
      ExpectedAnswer expected =
          duckdb.expect("SELECT id, 2 * id AS doubled FROM t ORDER BY " + order + " LIMIT 1");
      assertThat(expected.size()).isEqualTo(1);
      assertThat(expected.difference(new Answer(doubled(), List.of(List.of(4L, 8L))))).isEmpty();
      assertThat(expected.difference(new Answer(doubled(), List.of(List.of(3L, 6L))))).isPresent();
    }
  }

  @Test
  void sortKeysOfUnionsAndStarsAreFound() {
    assertThat(
            duckdb
                .expect("SELECT id FROM t UNION ALL SELECT 9 ORDER BY id DESC")
                .difference(ids(9, 4, 3, 2, 1)))
        .isEmpty();
    assertThat(duckdb.expect("SELECT * FROM t ORDER BY ALL").size()).isEqualTo(4);
    assertThat(duckdb.expect("SELECT id FROM t ORDER BY ALL DESC").difference(ids(4, 3, 2, 1)))
        .isEmpty();
    assertThat(duckdb.expect("SELECT id FROM t ORDER BY ALL DESC").difference(ids(4, 3, 1, 2)))
        .isPresent();
  }

  @Test
  void doublesMayDifferInTheirLastDigits() {
    ExpectedAnswer expected = duckdb.expect("SELECT v FROM t");
    assertThat(expected.difference(values(null, 0.1 + 1e-12, Double.NaN, 0.2))).isEmpty();
    assertThat(expected.difference(values(null, 0.1 + 1e-9, Double.NaN, 0.2))).isPresent();
    assertThat(expected.difference(values(null, 0.1, 0.0, 0.2))).isPresent();
    ExpectedAnswer nested = duckdb.expect("SELECT [{'x': v}] AS v FROM t WHERE id < 3");
    assertThat(nested.size()).isEqualTo(2);
  }

  @Test
  void namesAndTypesOfColumnsCount() {
    ExpectedAnswer expected = duckdb.expect("SELECT id FROM t WHERE id > 4");
    assertThat(expected.difference(new Answer(List.of(ID), List.of()))).isEmpty();
    assertThat(expected.difference(new Answer(List.of(GROUP), List.of())))
        .hasValueSatisfying(difference -> has(difference, "columns [g Utf8] instead of [id Int"));
    assertThat(expected.difference(new Answer(List.of(ID, ID), List.of()))).isPresent();
  }

  private static void has(String text, String part) {
    assertThat(text).contains(part);
  }

  private static List<Field> doubled() {
    return List.of(ID, Field.nullable("doubled", new ArrowType.Int(32, true)));
  }

  private static Answer ids(long... ids) {
    return new Answer(
        List.of(ID), Arrays.stream(ids).mapToObj(id -> List.<@Nullable Object>of(id)).toList());
  }

  private static Answer values(@Nullable Double... values) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Double value : values) {
      rows.add(Collections.singletonList(value));
    }
    return new Answer(List.of(VALUE), rows);
  }
}
