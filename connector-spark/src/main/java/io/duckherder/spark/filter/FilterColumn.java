package io.duckherder.spark.filter;

import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Literal;

/**
 * A column that conditions are about.
 *
 * @param name its name
 * @param type the DuckDB type, as DuckDB describes it
 */
record FilterColumn(String name, String type) {
  ColumnForm form() {
    return ColumnForm.of(type);
  }

  /** The SQL by which it is compared; empty if it cannot be. */
  Optional<String> operand() {
    ColumnForm form = form();
    return form == ColumnForm.OPAQUE ? Optional.empty() : Optional.of(form.operand(name, type));
  }

  /** The SQL of a literal that it is compared with. */
  Optional<String> literal(Literal<?> literal) {
    return form().literal(literal, type);
  }
}
