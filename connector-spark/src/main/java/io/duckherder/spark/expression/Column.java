package io.duckherder.spark.expression;

import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.types.DataType;

/**
 * A column of the relation, or a field of a struct in one.
 *
 * @param sql its name, or the access to it
 * @param duckdbType the DuckDB type, as DuckDB describes it
 * @param type Spark's type
 */
record Column(String sql, String duckdbType, DataType type) {
  /** DuckDB types whose values Spark's type has all, so that a cast to it changes none. */
  private static final Set<String> NARROWER =
      Set.of("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "TIMESTAMP_S", "TIMESTAMP_MS");

  ColumnForm form() {
    return ColumnForm.of(duckdbType);
  }

  /** The SQL by which it is compared with literals; empty if it cannot be. */
  Optional<String> operand() {
    ColumnForm form = form();
    return form == ColumnForm.OPAQUE
        ? Optional.empty()
        : Optional.of(form.operand(sql, duckdbType));
  }

  /** The SQL of a literal that it is compared with. */
  Optional<String> literal(Literal<?> literal) {
    return form().literal(literal, duckdbType);
  }

  /** The column as a part of expressions; empty if Spark sees other values than DuckDB has. */
  Optional<Term> term() {
    if (NARROWER.contains(duckdbType)) {
      Term cast = Term.of(PlainType.cast(sql, type), type);
      return Optional.of(unsigned().map(cast::withBounds).orElse(cast));
    }
    boolean plain =
        form() == ColumnForm.TEXT || PlainType.of(type).filter(duckdbType::equals).isPresent();
    return plain ? operand().map(operand -> Term.of(grouped(operand), type)) : Optional.empty();
  }

  /** A name is a unit to all operators; a name with a collation is not. */
  private String grouped(String operand) {
    return operand.equals(sql) ? sql : "(" + operand + ")";
  }

  private Optional<Bounds> unsigned() {
    return switch (duckdbType) {
      case "UTINYINT" -> Optional.of(Bounds.of(0, 0xFFL));
      case "USMALLINT" -> Optional.of(Bounds.of(0, 0xFFFFL));
      case "UINTEGER" -> Optional.of(Bounds.of(0, 0xFFFF_FFFFL));
      case "UBIGINT" ->
          Bounds.of(type).map(bounds -> new Bounds(BigInteger.ZERO, bounds.greatest()));
      default -> Optional.empty();
    };
  }
}
