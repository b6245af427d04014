package io.duckherder.spark.procedure;

import java.util.List;
import org.apache.spark.sql.connector.catalog.procedures.ProcedureParameter;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * A call of the cluster's as Spark sees it.
 *
 * @param name the procedure's name
 * @param description what it does
 * @param sql the statement, with {@code %s} where the arguments stand, each as {@code name =>
 *     value}
 * @param parameters those that it takes, in their order
 * @param columns what it gives
 */
record ClusterCall(
    String name, String description, String sql, List<Parameter> parameters, StructType columns) {

  /**
   * A parameter of a procedure.
   *
   * @param name its name, in the cluster's SQL too
   * @param type its type
   * @param required whether it has to be given
   */
  record Parameter(String name, DataType type, boolean required) {
    ProcedureParameter ofSpark() {
      ProcedureParameter.Builder builder = ProcedureParameter.in(name, type);
      return required ? builder.build() : builder.defaultValue("NULL").build();
    }
  }
}
