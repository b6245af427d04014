package io.duckherder.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TestSqlScript {
  @Test
  void splitsAtSemicolonsOutsideOfStringsNamesAndComments() {
    assertThat(
            SqlScript.split(
                """
                SELECT ';' AS "a;""b"; -- no; end
                SELECT $$a;b$$, $x$ ; $$ $x$ /* ; /* ; */ ; */;
                SELECT E'\\';', 'it''s;'
                """))
        .containsExactly(
            "SELECT ';' AS \"a;\"\"b\"",
            "SELECT $$a;b$$, $x$ ; $$ $x$",
            "SELECT E'\\';', 'it''s;'");
  }

  @Test
  void commentsEndWhereTheLineDoes() {
    assertThat(SqlScript.split("SELECT 1 -- a\r; SELECT 2 -- b; c\n; SELECT 3"))
        .containsExactly("SELECT 1", "SELECT 2", "SELECT 3");
  }

  @Test
  void spacesOfUnicodePartWords() {
    assertThat(SqlScript.tokens("a\u00A0b\u200Bc\u2060d\uFEFFe\u3000f\u00E9"))
        .extracting(SqlToken::text)
        .containsExactly("a", "b", "c", "d", "e", "f\u00E9");
  }

  @Test
  void plainTextHasNoCommentsAndOnlyPlainSpace() {
    assertThat(SqlScript.plain("SHOW\u00A0-- a; b\r TABLES /* ; */ FROM \"x;y\"::z"))
        .isEqualTo("SHOW\nTABLES FROM \"x;y\"::z");
    assertThat(SqlScript.plain("DATE'2024-01-01', x'AB', 1E'\\'"))
        .isEqualTo("DATE '2024-01-01', x'AB', 1E '\\'");
    assertThat(SqlScript.plain("'a'\t\n'b'")).isEqualTo("'a'\n'b'");
    assertThatThrownBy(() -> SqlScript.plain("SHOW 'a"))
        .hasMessageContaining("position 5 does not end");
    assertThatThrownBy(() -> SqlScript.plain("SHOW \0")).hasMessageContaining("control character");
  }

  @Test
  void leavesOutEmptyStatements() {
    assertThat(SqlScript.split(" ; -- nothing\n ;; /* here */ ")).isEmpty();
  }

  @Test
  void parametersAreNoDollarStrings() {
    assertThat(SqlScript.split("SELECT $1; SELECT $2, $name; SELECT a$b$c"))
        .containsExactly("SELECT $1", "SELECT $2, $name", "SELECT a$b$c");
  }

  @Test
  void aPreparedStatementRunsWithValuesByNumberOrName() {
    assertThat(SqlScript.execute("p", "DELETE FROM t WHERE i = ? AND j = ?", List.of("1", "2")))
        .isEqualTo("EXECUTE p(1, 2)");
    String named = "UPDATE t SET a = $b || $A || '$c' WHERE i = $a OR j = $B OR $$ $d $$ = k";
    assertThat(SqlScript.execute("p", named, List.of("1", "2")))
        .isEqualTo("EXECUTE p(\"b\" := 1, \"A\" := 2)");
    assertThatThrownBy(() -> SqlScript.execute("p", named, List.of("1")))
        .hasMessageContaining("has 2 parameters, and 1 values were given");
  }

  @Test
  void parametersBecomeNulls() {
    assertThat(SqlScript.withNulls("SELECT ?, ?1, $2, $name, '?', \"$x\", $$ $y $$, ?::TEXT"))
        .isEqualTo("SELECT NULL, NULL, NULL, NULL, '?', \"$x\", $$ $y $$, NULL::TEXT");
  }

  @Test
  void findsTheFirstKeywordAfterComments() {
    assertThat(SqlScript.firstKeyword("-- x\n/* y */ sEt a = 1")).isEqualTo("SET");
    assertThat(SqlScript.firstKeyword("(SELECT 1)")).isEmpty();
    assertThat(SqlScript.firstKeyword("")).isEmpty();
  }

  @Test
  void tellsWhetherTypedTextIsComplete() {
    assertThat(SqlScript.isComplete("SELECT 1;")).isTrue();
    assertThat(SqlScript.isComplete("SELECT 1; -- done")).isTrue();
    assertThat(SqlScript.isComplete("SELECT 1")).isFalse();
    assertThat(SqlScript.isComplete("SELECT ';")).isFalse();
    assertThat(SqlScript.isComplete("SELECT 1 /* ;")).isFalse();
  }

  @Test
  void namesLoseTheirQuotes() {
    assertThat(SqlScript.tokens("\"a\"\"b\"").get(0).name()).isEqualTo("a\"b");
  }
}
