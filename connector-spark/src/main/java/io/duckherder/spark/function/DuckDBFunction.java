package io.duckherder.spark.function;

import io.duckherder.error.DuckherderException;
import io.duckherder.spark.source.SqlAccess;
import io.duckherder.spark.type.DuckDBTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** One of DuckDB's functions by its name. DuckDB says which form of it takes what. Driver-only. */
final class DuckDBFunction implements UnboundFunction {
  private final String name;
  private final SqlAccess sql;

  DuckDBFunction(String name, SqlAccess sql) {
    this.name = name;
    this.sql = sql;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return name + ": a scalar function of DuckDB's";
  }

  @Override
  public BoundFunction bind(StructType input) {
    List<String> types = new ArrayList<>();
    List<DataType> inputs = new ArrayList<>();
    for (StructField field : input.fields()) {
      types.add(argument(field.dataType()));
      inputs.add(field.dataType());
    }
    String result = result(types);
    if (!PlainValues.isResult(result)) {
      throw new UnsupportedOperationException(
          "Cannot call DuckDB's %s: its result is %s, and calls from Spark give numbers, booleans,"
                  .formatted(name, result)
              + " strings and binary only; call it in a query with the option \"query\"");
    }
    return new BoundDuckDBFunction(new FunctionSignature(name, types, result), inputs);
  }

  private String argument(DataType type) {
    return DuckDBTypes.of(type)
        .map(found -> found.replace(" ", ""))
        .filter(PlainValues::isArgument)
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    ("Cannot call DuckDB's %s with an argument of type %s: calls from Spark take"
                            + " numbers, booleans, strings, binary, dates and TIMESTAMP_NTZ only")
                        .formatted(name, type.sql())));
  }

  private String result(List<String> types) {
    FunctionSignature signature = new FunctionSignature(name, types, "");
    String call = signature.sql(types.stream().map(type -> "NULL").collect(Collectors.toList()));
    try {
      return Objects.requireNonNull(
          sql.read("SELECT column_type FROM (DESCRIBE SELECT " + call + ")").get(0).get(0));
    } catch (DuckherderException e) {
      throw new UnsupportedOperationException(
          "Cannot call DuckDB's %s with (%s): %s"
              .formatted(name, String.join(", ", types), e.text()),
          e);
    }
  }
}
