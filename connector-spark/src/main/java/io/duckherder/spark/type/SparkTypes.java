package io.duckherder.spark.type;

import io.duckherder.error.DuckherderException;
import io.duckherder.sql.DuckDBType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;

/** The Spark type for each DuckDB type. */
public final class SparkTypes {
  /** Under which the metadata of a column of a schema has the column's DuckDB type. */
  public static final String DUCKDB_TYPE = "duckdb.type";

  private final TimeForm times;

  public SparkTypes(TimeForm times) {
    this.times = times;
  }

  /** The Spark type for a type's text, empty if Spark has none for it or for a part of it. */
  public Optional<DataType> of(String type) {
    try {
      return of(DuckDBType.parse(type));
    } catch (DuckherderException e) {
      return Optional.empty();
    }
  }

  private Optional<DataType> of(DuckDBType type) {
    if (type instanceof DuckDBType.ListOf list) {
      return of(list.element()).map(DataTypes::createArrayType);
    }
    if (type instanceof DuckDBType.ArrayOf array) {
      return of(array.element()).map(DataTypes::createArrayType);
    }
    if (type instanceof DuckDBType.MapOf map) {
      return of(map.key())
          .filter(SparkTypes::canBeKey)
          .flatMap(key -> of(map.value()).map(value -> DataTypes.createMapType(key, value)));
    }
    if (type instanceof DuckDBType.Composite composite) {
      return members(composite).map(DataTypes::createStructType);
    }
    return ofScalar((DuckDBType.Scalar) type);
  }

  private Optional<DataType> ofScalar(DuckDBType.Scalar type) {
    if (!type.name().equals("DECIMAL")) {
      return Optional.ofNullable(PlainTypes.sparkType(type.name(), times));
    }
    String[] digits = type.arguments().split(",");
    return Optional.of(
        DataTypes.createDecimalType(
            Integer.parseInt(digits[0].trim()), Integer.parseInt(digits[1].trim())));
  }

  private static boolean canBeKey(DataType type) {
    return !(type instanceof MapType) && !type.equals(DataTypes.VariantType);
  }

  /** Of a union the tag comes first; then all but the member that it names are null. */
  private Optional<List<StructField>> members(DuckDBType.Composite composite) {
    List<StructField> fields = new ArrayList<>();
    if (composite.kind() == DuckDBType.Kind.UNION) {
      fields.add(DataTypes.createStructField(tagName(composite), DataTypes.StringType, true));
    }
    for (DuckDBType.Member member : composite.members()) {
      Optional<DataType> type = of(member.type());
      if (type.isEmpty()) {
        return Optional.empty();
      }
      String name = member.name().isEmpty() ? "_" + (fields.size() + 1) : member.name();
      fields.add(DataTypes.createStructField(name, type.get(), true));
    }
    return Optional.of(fields);
  }

  private static String tagName(DuckDBType.Composite union) {
    String name = "tag";
    while (hasMember(union, name)) {
      name = "_" + name;
    }
    return name;
  }

  private static boolean hasMember(DuckDBType.Composite union, String name) {
    return union.members().stream().anyMatch(member -> member.name().equalsIgnoreCase(name));
  }
}
