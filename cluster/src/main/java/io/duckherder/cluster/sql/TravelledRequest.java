package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.cluster.sql.TimeTravel.Travelled;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ReadRequest;
import io.duckherder.plan.ReadRequest.Relation;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connector's read of a table, or a query over tables, as they were: what it names by AT is found
 * in an older snapshot, beside the newest. A table stays a table, so it is cut like any other:
 *
 * <pre>
 *   sales.main.t AT (VERSION => 7)   ->   "sales@7".main.t
 * </pre>
 *
 * @param request what is read, without AT
 * @param snapshot what it reads, older snapshots among it
 */
record TravelledRequest(ReadRequest request, Snapshot snapshot) {
  /** Whether a request may ask for it, which spares most requests the search. */
  static boolean mayTravel(ReadRequest request) {
    return TimeTravel.mayBeIn(text(request.relation()));
  }

  private static String text(Relation relation) {
    return relation.table().or(relation::query).orElseThrow();
  }

  /**
   * The request with its older tables found.
   *
   * @param managed the databases that have snapshots, if there are some
   * @param connection on the newest snapshot, of the request's settings
   */
  static TravelledRequest of(
      ReadRequest request,
      Optional<ManagedDatabases> managed,
      Connection connection,
      Snapshot newest) {
    boolean isTable = request.relation().table().isPresent();
    String sql = (isTable ? "FROM " : "") + text(request.relation());
    JsonNode tree = SyntaxTree.parse(connection, sql);
    if (SyntaxTree.isError(tree) || !TimeTravel.isIn(tree)) {
      return new TravelledRequest(request, newest);
    }
    if (managed.isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read %s: the cluster has no managed database, and others have no snapshots"
              .formatted(text(request.relation())));
    }
    Travelled travelled = TimeTravel.of(new Read(sql, tree), managed.get(), connection, newest);
    return new TravelledRequest(
        request.withRelation(
            isTable
                ? Relation.ofTable(table(travelled.read(), connection, request))
                : Relation.ofQuery(travelled.read().sql())),
        travelled.snapshot());
  }

  /** The name of the one table that is read, if the text says no more than that. */
  private static String table(Read read, Connection connection, ReadRequest request) {
    JsonNode from = read.tree().path("statements").path(0).path("node").path("from_table");
    List<String> path = new ArrayList<>();
    from.path("qualified_name").path("path").forEach(part -> path.add(part.asText()));
    String name = SqlText.qualified(path);
    String alone = "FROM " + name + " AS " + SqlText.identifier(from.path("alias").asText());
    if (path.isEmpty()
        || !SyntaxTree.print(connection, SyntaxTree.parse(connection, alone))
            .equals(SyntaxTree.print(connection, read.tree()))) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Invalid table \"%s\" (expected a name and AT (VERSION => ...) or AT (TIMESTAMP => ...))"
              .formatted(text(request.relation())));
    }
    return name;
  }
}
