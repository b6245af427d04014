package io.duckherder.spark.expression;

import io.duckherder.spark.type.SparkTypes;
import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of a relation, by the names that Spark has for them. */
final class Columns {
  private final Map<String, Column> columns = new HashMap<>();

  Columns(StructType schema) {
    for (StructField field : schema.fields()) {
      columns.put(
          field.name(),
          new Column(
              SqlText.identifier(field.name()),
              field.metadata().getString(SparkTypes.DUCKDB_TYPE),
              field.dataType()));
    }
  }

  /** The column or struct field that an expression names. */
  Optional<Column> find(Expression expression) {
    if (!(expression instanceof NamedReference reference)) {
      return Optional.empty();
    }
    String[] names = reference.fieldNames();
    Optional<Column> column = Optional.ofNullable(columns.get(names[0]));
    for (int i = 1; i < names.length; i++) {
      String name = names[i];
      column = column.flatMap(outer -> field(outer, name));
    }
    return column;
  }

  /** A field of a struct; of a struct that is null it is null, in DuckDB and Spark. */
  private static Optional<Column> field(Column outer, String name) {
    if (!(outer.type() instanceof StructType struct)
        || !(DuckDBType.parse(outer.duckdbType()) instanceof DuckDBType.Composite composite)
        || composite.kind() != DuckDBType.Kind.STRUCT
        || composite.members().size() != struct.size()) {
      return Optional.empty();
    }
    for (int i = 0; i < struct.size(); i++) {
      DuckDBType.Member member = composite.members().get(i);
      if (member.name().equals(name) && struct.apply(i).name().equals(name)) {
        String sql = "struct_extract(" + outer.sql() + ", " + SqlText.literal(name) + ")";
        return Optional.of(new Column(sql, member.type().toString(), struct.apply(i).dataType()));
      }
    }
    return Optional.empty();
  }
}
