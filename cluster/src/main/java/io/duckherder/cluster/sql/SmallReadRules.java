package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.layout.PartitionTarget;
import io.duckherder.plan.ReadPlan;
import io.duckherder.plan.ReadPlanner;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Which reads are small: DuckDB expects few rows at each step, the tables or the row groups that
 * may match have few rows, and nothing is called that does more than compute. The rows are those of
 * the setting {@code duckherder_minimum_rows}.
 */
final class SmallReadRules {
  private final ReadPlanner planner;

  private volatile @Nullable Functions functions;

  private record Functions(Snapshot snapshot, PureFunctions pure) {}

  SmallReadRules(ReadPlanner planner) {
    this.planner = planner;
  }

  /** What a read without parameters is. */
  KnownRead judge(EngineConnection connection, Read read, StatementContext context) {
    String sql = read.sql();
    boolean readsTables = !MetadataQueries.matches(read.tree());
    PureFunctions pure = functions(connection);
    if (!pure.coverAll(read.tree())) {
      return new KnownRead(sql, readsTables, false);
    }
    long most = context.execution().minimumRows();
    Optional<EstimatedPlan> plan = EstimatedPlan.of(connection.jdbc(), sql);
    boolean small =
        plan.isPresent()
            && plan.get().mostRows() <= most
            && optimized(connection, sql).map(pure::coverAll).orElse(false)
            && readsFewRows(connection, plan.get().tables(), sql, context, most);
    return new KnownRead(sql, readsTables, small);
  }

  private boolean readsFewRows(
      EngineConnection connection,
      List<String> tables,
      String sql,
      StatementContext context,
      long most) {
    long rows = 0;
    for (String table : tables) {
      rows += tableRows(connection, table);
    }
    return rows <= most || (tables.size() == 1 && matchesFewRows(connection, sql, context, most));
  }

  /** Whether the least and greatest values of row groups leave few of them. */
  private boolean matchesFewRows(
      EngineConnection connection, String sql, StatementContext context, long most) {
    long group = PartitionTarget.ROW_GROUP_ROWS;
    ReadPlan plan =
        planner.planQuery(
            connection.jdbc(),
            context.snapshot(),
            context.settings(),
            new PartitionTarget(1, group, group, OptionalInt.empty()),
            context.queryId(),
            sql);
    return plan.summary().wholeBecause().isEmpty() && plan.fragments().size() * group <= most;
  }

  private static long tableRows(EngineConnection connection, String table) {
    try (PreparedStatement statement =
        connection
            .jdbc()
            .prepareStatement(
                """
                SELECT "system".main.max(estimated_size) FROM "system".main.duckdb_tables()
                WHERE "system".main.concat(
                  database_name, '.', schema_name, '.', table_name) = ?""")) {
      statement.setString(1, table);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        long rows = result.getLong(1);
        return result.wasNull() ? Integer.MAX_VALUE : rows;
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** DuckDB's optimised plan as a tree: in it, views are what they stand for. */
  private static Optional<JsonNode> optimized(EngineConnection connection, String sql) {
    try (Statement statement = connection.jdbc().createStatement();
        ResultSet result = statement.executeQuery("EXPLAIN (SQL) " + sql)) {
      if (!result.next()) {
        return Optional.empty();
      }
      JsonNode tree = SyntaxTree.parse(connection.jdbc(), result.getString(2));
      return SyntaxTree.isError(tree) ? Optional.empty() : Optional.of(tree);
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  private PureFunctions functions(EngineConnection connection) {
    Functions known = functions;
    if (known == null || !known.snapshot().equals(connection.snapshot())) {
      known = new Functions(connection.snapshot(), PureFunctions.read(connection.jdbc()));
      functions = known;
    }
    return known.pure();
  }
}
