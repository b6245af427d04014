package io.duckherder.spark.procedure;

import io.duckherder.spark.procedure.ClusterCall.Parameter;
import io.duckherder.spark.source.SqlAccess;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The procedures of a catalog over a cluster; they are in the namespace {@value #NAMESPACE}. */
public final class ClusterProcedures {
  /** Where they are. */
  public static final String NAMESPACE = "system";

  private static final DataType TEXT = DataTypes.StringType;
  private static final DataType NUMBER = DataTypes.LongType;
  private static final StructType SNAPSHOT =
      new StructType().add("database", TEXT).add("snapshot", NUMBER);

  private static final List<ClusterCall> CALLS =
      List.of(
          new ClusterCall(
              "snapshots",
              "The snapshots that are kept",
              "SELECT database, number, epoch_us(time), name, commit, layer_bytes, file_bytes,"
                  + " pinned FROM duckherder_snapshots(%s) ORDER BY database, number",
              List.of(),
              new StructType()
                  .add("database", TEXT)
                  .add("number", NUMBER)
                  .add("time", DataTypes.TimestampType)
                  .add("name", TEXT)
                  .add("commit", TEXT)
                  .add("layer_bytes", NUMBER)
                  .add("file_bytes", NUMBER)
                  .add("pinned", DataTypes.BooleanType)),
          new ClusterCall(
              "seal",
              "Seals what is committed",
              "CALL duckherder_seal(%s)",
              List.of(optional("database", TEXT)),
              SNAPSHOT),
          new ClusterCall(
              "gc",
              "Lets go of snapshots that nothing keeps",
              "CALL duckherder_gc(%s)",
              List.of(optional("keep_seconds", NUMBER), optional("keep_count", NUMBER)),
              new StructType()
                  .add("database", TEXT)
                  .add("freed_snapshots", NUMBER)
                  .add("freed_objects", NUMBER)
                  .add("freed_bytes", NUMBER)),
          new ClusterCall(
              "name_snapshot",
              "Names a snapshot, which is kept from then on; without a name it loses its own",
              "CALL duckherder_name_snapshot(%s)",
              List.of(
                  required("snapshot", TEXT), optional("name", TEXT), optional("database", TEXT)),
              SNAPSHOT),
          new ClusterCall(
              "restore",
              "Puts a snapshot in the place of what the database holds",
              "CALL duckherder_restore(%s)",
              List.of(required("snapshot", TEXT), optional("database", TEXT)),
              SNAPSHOT),
          new ClusterCall(
              "clone",
              "Makes a snapshot a database of its own",
              "CALL duckherder_clone(%s)",
              List.of(
                  required("source", TEXT),
                  required("snapshot", TEXT),
                  required("name", TEXT),
                  optional("writable", DataTypes.BooleanType)),
              new StructType().add("database", TEXT).add("file", TEXT)));

  private ClusterProcedures() {}

  private static Parameter required(String name, DataType type) {
    return new Parameter(name, type, true);
  }

  private static Parameter optional(String name, DataType type) {
    return new Parameter(name, type, false);
  }

  /** Their names. */
  public static List<String> names() {
    return CALLS.stream().map(ClusterCall::name).toList();
  }

  /** The procedure of a name, if there is one. */
  public static Optional<UnboundProcedure> find(String name, SqlAccess sql) {
    return CALLS.stream()
        .filter(call -> call.name().equalsIgnoreCase(name))
        .<UnboundProcedure>map(call -> new ClusterProcedure(call, sql))
        .findFirst();
  }
}
