package io.duckherder.plan;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.layout.TableName;
import io.duckherder.sql.Names;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands after FROM.
 *
 * @param sql a table's name, checked to be no more than that, or a query
 * @param path the parts of the name; none of a query
 */
record NamedRelation(String sql, List<String> path) {
  NamedRelation {
    path = List.copyOf(path);
  }

  static NamedRelation of(Connection connection, ReadRequest.Relation relation) {
    if (relation.query().isPresent()) {
      return new NamedRelation("(" + relation.query().get() + "\n) AS q", List.of());
    }
    String name = relation.table().orElseThrow();
    List<String> path = new ArrayList<>();
    try {
      SqlTree.root(SqlTree.parse(connection, "FROM " + name))
          .path("from_table")
          .path("qualified_name")
          .path("path")
          .forEach(part -> path.add(part.asText()));
      // Whatever the text said besides the name would be missing from the name's own tree.
      String qualified = SqlText.qualified(path);
      if (!path.isEmpty() && sameQuery(connection, "FROM " + name, "FROM " + qualified)) {
        return new NamedRelation(qualified, path);
      }
    } catch (DuckherderException e) {
      throw invalidTable(name);
    }
    throw invalidTable(name);
  }

  private static boolean sameQuery(Connection connection, String one, String other) {
    return SqlTree.print(connection, SqlTree.parse(connection, one))
        .equals(SqlTree.print(connection, SqlTree.parse(connection, other)));
  }

  private static DuckherderException invalidTable(String name) {
    return new DuckherderException(
        StandardErrorCode.INVALID_OPTION,
        "Invalid table name \"%s\" (expected a name as in SQL: t, main.t or \"my table\")"
            .formatted(name));
  }

  /** Whether it names a table, and not a view of it. */
  boolean names(TableName table) {
    List<String> full = List.of(table.database(), table.schema(), table.table());
    for (int i = 1; i <= path.size(); i++) {
      if (i > full.size() || !Names.same(full.get(full.size() - i), path.get(path.size() - i))) {
        // The name of a database alone stands for its schema main.
        return path.size() == 2 && i == 2 && Names.same(path.get(0), table.database());
      }
    }
    return !path.isEmpty();
  }
}
