package io.duckherder.spark.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** The Spark type for each DuckDB type. */
public final class SparkTypes {
  private final TimeForm times;

  public SparkTypes(TimeForm times) {
    this.times = times;
  }

  /** The Spark type, empty if Spark has none for it or for a part of it. */
  public Optional<DataType> of(DuckDBType type) {
    if (type instanceof DuckDBType.Plain plain) {
      return Optional.of(PlainTypes.sparkType(plain.name(), times));
    }
    if (type instanceof DuckDBType.Decimal decimal) {
      return Optional.of(DataTypes.createDecimalType(decimal.precision(), decimal.scale()));
    }
    if (type instanceof DuckDBType.Enumeration) {
      return Optional.of(DataTypes.StringType);
    }
    if (type instanceof DuckDBType.Sequence sequence) {
      return of(sequence.element()).map(element -> new ArrayType(element, true));
    }
    if (type instanceof DuckDBType.Map map) {
      return of(map.key())
          .flatMap(key -> of(map.value()).map(value -> DataTypes.createMapType(key, value, true)));
    }
    if (type instanceof DuckDBType.Struct struct) {
      return fields(struct.members()).map(DataTypes::createStructType);
    }
    if (type instanceof DuckDBType.Union union) {
      return fields(union.members()).map(members -> tagged(union, members));
    }
    return Optional.empty();
  }

  /** A struct of the tag and every member, all but the one that the tag names being null. */
  private static DataType tagged(DuckDBType.Union union, List<StructField> members) {
    List<StructField> fields = new ArrayList<>();
    fields.add(DataTypes.createStructField(tagName(union), DataTypes.StringType, true));
    fields.addAll(members);
    return DataTypes.createStructType(fields);
  }

  private static String tagName(DuckDBType.Union union) {
    String name = "tag";
    while (hasMember(union, name)) {
      name = "_" + name;
    }
    return name;
  }

  private static boolean hasMember(DuckDBType.Union union, String name) {
    return union.members().stream().anyMatch(member -> member.name().equalsIgnoreCase(name));
  }

  private Optional<List<StructField>> fields(List<DuckDBType.Member> members) {
    List<StructField> fields = new ArrayList<>();
    for (DuckDBType.Member member : members) {
      Optional<DataType> type = of(member.type());
      if (type.isEmpty()) {
        return Optional.empty();
      }
      fields.add(DataTypes.createStructField(member.name(), type.get(), true));
    }
    return Optional.of(fields);
  }
}
