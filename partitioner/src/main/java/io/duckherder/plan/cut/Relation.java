package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.layout.TableName;
import java.util.List;

/**
 * What stands in a FROM clause. Two relations are the same only if they are one object: a table may
 * be read twice.
 */
abstract sealed class Relation {
  /** The node in DuckDB's tree. */
  final ObjectNode node;

  private Relation(ObjectNode node) {
    this.node = node;
  }

  /** A relation that others know by an alias. */
  abstract static sealed class Named extends Relation {
    final String alias;
    final List<String> columns;

    private Named(ObjectNode node, String alias, List<String> columns) {
      super(node);
      this.alias = alias;
      this.columns = List.copyOf(columns);
    }
  }

  /** A table of the snapshot. */
  static final class Scan extends Named {
    final TableName table;

    Scan(ObjectNode node, String alias, List<String> columns, TableName table) {
      super(node, alias, columns);
      this.table = table;
    }
  }

  /** A use of a common table expression. */
  static final class CteScan extends Named {
    final Cte cte;

    CteScan(ObjectNode node, String alias, List<String> columns, Cte cte) {
      super(node, alias, columns);
      this.cte = cte;
    }
  }

  /** A query in parentheses. */
  static final class Derived extends Named {
    final Query query;

    Derived(ObjectNode node, String alias, List<String> columns, Query query) {
      super(node, alias, columns);
      this.query = query;
    }
  }

  /** Rows that come from no table: constants, a table function, or the one row of no FROM. */
  static final class Constant extends Named {
    Constant(ObjectNode node, String alias, List<String> columns) {
      super(node, alias, columns);
    }
  }

  /** Two relations joined. */
  static final class Join extends Relation {
    final JoinKind kind;
    final Relation left;
    final Relation right;
    final List<JsonNode> conditions;

    Join(ObjectNode node, JoinKind kind, Relation left, Relation right, List<JsonNode> conditions) {
      super(node);
      this.kind = kind;
      this.left = left;
      this.right = right;
      this.conditions = List.copyOf(conditions);
    }
  }

  /** A common table expression that is computed once. */
  static final class Cte {
    final String name;
    final List<String> columns;
    final Query body;

    Cte(String name, List<String> columns, Query body) {
      this.name = name;
      this.columns = List.copyOf(columns);
      this.body = body;
    }
  }
}
