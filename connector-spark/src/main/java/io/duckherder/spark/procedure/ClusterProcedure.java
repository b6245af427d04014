package io.duckherder.spark.procedure;

import io.duckherder.spark.source.SqlAccess;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.procedures.BoundProcedure;
import org.apache.spark.sql.connector.catalog.procedures.ProcedureParameter;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** A procedure that is one statement of the cluster's. Driver-only. */
final class ClusterProcedure implements UnboundProcedure, BoundProcedure {
  private final ClusterCall call;
  private final SqlAccess sql;

  ClusterProcedure(ClusterCall call, SqlAccess sql) {
    this.call = call;
    this.sql = sql;
  }

  @Override
  public String name() {
    return call.name();
  }

  @Override
  public String description() {
    return call.description();
  }

  /** There is one form of each, whatever the arguments are. */
  @Override
  public BoundProcedure bind(StructType arguments) {
    return this;
  }

  @Override
  public ProcedureParameter[] parameters() {
    return call.parameters().stream()
        .map(ClusterCall.Parameter::ofSpark)
        .toArray(ProcedureParameter[]::new);
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }

  @Override
  public Iterator<Scan> call(InternalRow arguments) {
    List<String> given = new ArrayList<>();
    for (int i = 0; i < call.parameters().size(); i++) {
      if (!arguments.isNullAt(i)) {
        ClusterCall.Parameter parameter = call.parameters().get(i);
        Object value = arguments.get(i, parameter.type());
        given.add(parameter.name() + " => " + literal(value, parameter.type()));
      }
    }
    Stream<Scan> scans =
        Stream.of(
            new ResultRows(
                call.columns(), sql.call(call.sql().formatted(String.join(", ", given)))));
    return scans.iterator();
  }

  private static String literal(Object value, DataType type) {
    return type instanceof StringType ? SqlText.literal(value.toString()) : value.toString();
  }

  @Override
  public String toString() {
    return call.name()
        + Arrays.toString(call.parameters().stream().map(ClusterCall.Parameter::name).toArray());
  }
}
