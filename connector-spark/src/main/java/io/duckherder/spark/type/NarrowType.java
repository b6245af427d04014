package io.duckherder.spark.type;

import io.duckherder.sql.DuckDBType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A type with fewer fields in its structs, also in structs within structs and lists. Where DuckDB
 * has something else than a plain struct or list, all of it is kept.
 *
 * @param sparkType as Spark sees it
 * @param duckdbType as DuckDB has it
 */
public record NarrowType(DataType sparkType, DuckDBType duckdbType) {
  /**
   * The part of a column's type that has the fields that Spark wants.
   *
   * @param wanted the column's type in Spark, with fewer fields
   */
  public static NarrowType of(DataType sparkType, DuckDBType duckdbType, DataType wanted) {
    NarrowType full = new NarrowType(sparkType, duckdbType);
    if (wanted.equals(sparkType)) {
      return full;
    }
    if (sparkType instanceof ArrayType array
        && wanted instanceof ArrayType fewer
        && duckdbType instanceof DuckDBType.ListOf list) {
      NarrowType element = of(array.elementType(), list.element(), fewer.elementType());
      return new NarrowType(
          DataTypes.createArrayType(element.sparkType(), array.containsNull()),
          new DuckDBType.ListOf(element.duckdbType()));
    }
    return sparkType instanceof StructType struct
            && wanted instanceof StructType fewer
            && duckdbType instanceof DuckDBType.Composite composite
        ? ofStruct(struct, composite, fewer).orElse(full)
        : full;
  }

  private static Optional<NarrowType> ofStruct(
      StructType struct, DuckDBType.Composite composite, StructType wanted) {
    if (composite.kind() != DuckDBType.Kind.STRUCT
        || composite.members().size() != struct.size()
        || wanted.isEmpty()) {
      return Optional.empty();
    }
    List<StructField> fields = new ArrayList<>();
    List<DuckDBType.Member> members = new ArrayList<>();
    for (StructField field : wanted.fields()) {
      int i = List.of(struct.fieldNames()).indexOf(field.name());
      if (i < 0 || !composite.members().get(i).name().equals(field.name())) {
        return Optional.empty();
      }
      StructField whole = struct.apply(i);
      NarrowType part = of(whole.dataType(), composite.members().get(i).type(), field.dataType());
      fields.add(
          DataTypes.createStructField(
              whole.name(), part.sparkType(), whole.nullable(), whole.metadata()));
      members.add(new DuckDBType.Member(whole.name(), part.duckdbType()));
    }
    return Optional.of(
        new NarrowType(
            DataTypes.createStructType(fields),
            new DuckDBType.Composite(DuckDBType.Kind.STRUCT, members)));
  }
}
