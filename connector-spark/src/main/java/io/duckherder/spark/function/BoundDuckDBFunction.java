package io.duckherder.spark.function;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * A call of one of DuckDB's functions, which DuckDB evaluates wherever it ends up: where the rows
 * are read, if it is pushed, else in this JVM. Executor-serialised.
 */
final class BoundDuckDBFunction implements ScalarFunction<@Nullable Object> {
  private static final long serialVersionUID = 1;

  private final String canonicalName;
  private final DataType[] inputs;

  BoundDuckDBFunction(FunctionSignature signature, List<DataType> inputs) {
    this.canonicalName = signature.canonicalName();
    this.inputs = inputs.toArray(DataType[]::new);
  }

  private FunctionSignature signature() {
    return FunctionSignature.ofCanonicalName(canonicalName).orElseThrow();
  }

  @Override
  public DataType[] inputTypes() {
    return inputs.clone();
  }

  @Override
  public DataType resultType() {
    return signature().sparkType();
  }

  @Override
  public String name() {
    return signature().name();
  }

  @Override
  public String canonicalName() {
    return canonicalName;
  }

  @Override
  public @Nullable Object produceResult(InternalRow input) {
    return LocalCalls.call(canonicalName, input, inputs);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BoundDuckDBFunction that && canonicalName.equals(that.canonicalName);
  }

  @Override
  public int hashCode() {
    return canonicalName.hashCode();
  }
}
