package io.duckherder.sql;

import static org.assertj.core.api.Assertions.assertThat;

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
  void leavesOutEmptyStatements() {
    assertThat(SqlScript.split(" ; -- nothing\n ;; /* here */ ")).isEmpty();
  }

  @Test
  void parametersAreNoDollarStrings() {
    assertThat(SqlScript.split("SELECT $1; SELECT $2, $name; SELECT a$b$c"))
        .containsExactly("SELECT $1", "SELECT $2, $name", "SELECT a$b$c");
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
