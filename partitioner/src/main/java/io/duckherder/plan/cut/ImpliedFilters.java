package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.layout.TableName;
import io.duckherder.layout.Zones;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Relation.Scan;
import io.duckherder.plan.cut.Trees.ColumnName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Takes filters out of DuckDB's plan that an inner join makes by itself. DuckDB adds them when the
 * joins are ordered already: of {@code customer JOIN orders} it knows that no customer beyond the
 * greatest one in orders matters. A fragment is planned again, and there such a filter, which keeps
 * nearly all rows, counts as one that keeps a fifth of them: DuckDB then builds its hash table of
 * the bigger side.
 *
 * <pre>
 *   (FROM customer WHERE key &lt;= 449999) JOIN orders ON key = custkey
 *   customer JOIN orders ON key = custkey        if no custkey of the table is greater
 * </pre>
 */
final class ImpliedFilters {
  private static final Set<String> PLAIN =
      Set.of("COLUMN_REF", "CONSTANT", "CAST", "COMPARISON", "CONJUNCTION", "TYPE");

  private static final Set<String> TYPES =
      Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER");

  private final BiFunction<TableName, Integer, Optional<Zones>> zones;
  private boolean changed;

  private ImpliedFilters(BiFunction<TableName, Integer, Optional<Zones>> zones) {
    this.zones = zones;
  }

  /**
   * Changes the tree that a query was read from, which is then to be read again.
   *
   * @param zones the least and greatest values of a table's column of whole numbers
   * @return whether anything was taken out
   */
  static boolean remove(Query query, BiFunction<TableName, Integer, Optional<Zones>> zones) {
    ImpliedFilters filters = new ImpliedFilters(zones);
    List<Join> joins = new ArrayList<>();
    Walk.relations(
        query,
        relation -> {
          if (relation instanceof Join join && join.kind == JoinKind.INNER) {
            joins.add(join);
          }
        });
    joins.forEach(filters::visit);
    return filters.changed;
  }

  private void visit(Join join) {
    List<Named> sides = new ArrayList<>();
    if (!collect(join, sides)) {
      return;
    }
    for (JsonNode condition : join.conditions) {
      if (condition.path("type").asText().equals("COMPARE_EQUAL")) {
        Optional<ColumnName> left = Trees.column(condition.path("left"));
        Optional<ColumnName> right = Trees.column(condition.path("right"));
        if (left.isPresent() && right.isPresent()) {
          weaken(sides, left.get(), right.get());
          weaken(sides, right.get(), left.get());
        }
      }
    }
  }

  /**
   * Finds what is joined, by inner joins only whose conditions cannot fail: then rows more on one
   * side do nothing but meet no other.
   */
  private static boolean collect(Relation relation, List<Named> into) {
    if (relation instanceof Join join) {
      return join.kind == JoinKind.INNER
          && join.conditions.stream().allMatch(ImpliedFilters::isPlain)
          && collect(join.left, into)
          && collect(join.right, into);
    }
    into.add((Named) relation);
    return true;
  }

  private static boolean isPlain(JsonNode node) {
    if (node.isObject() && node.has("class") && !PLAIN.contains(node.path("class").asText())) {
      return false;
    }
    if (node.path("class").asText().equals("CAST") && !isConstant(node)) {
      return false;
    }
    for (JsonNode child : node) {
      if (!isPlain(child)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isConstant(JsonNode node) {
    return node.path("class").asText().equals("CAST")
        ? isConstant(node.path("child"))
        : node.path("class").asText().equals("CONSTANT");
  }

  /** Takes filters of one side's column out that all values of the other's pass. */
  private void weaken(List<Named> sides, ColumnName column, ColumnName other) {
    Optional<Named> side = find(sides, column.alias());
    Optional<Named> against = find(sides, other.alias());
    if (side.isEmpty() || against.isEmpty() || !(side.get() instanceof Derived derived)) {
      return;
    }
    int position = derived.columns.indexOf(column.column());
    if (derived.query instanceof Select select && position >= 0 && passesColumns(select)) {
      Optional<ColumnName> inner = Trees.column(select.selected().path(position));
      Optional<Zones> values = zones(against.get(), other.column());
      if (inner.isPresent() && values.isPresent() && values.get().least().length > 0) {
        remove(select, inner.get(), values.get());
      }
    }
  }

  /** Whether a query gives columns of one relation, filtered, and can do with more of its rows. */
  private static boolean passesColumns(Select select) {
    if (!select.plain() || !select.orders.isEmpty() || !select.ctes.isEmpty()) {
      return false;
    }
    for (JsonNode selected : select.selected()) {
      if (Trees.column(selected).isEmpty()) {
        return false;
      }
    }
    return select.from instanceof Scan || select.from instanceof Derived;
  }

  private void remove(Select select, ColumnName column, Zones values) {
    JsonNode where = select.node.path("where_clause");
    boolean several = where.path("type").asText().equals("CONJUNCTION_AND");
    List<JsonNode> kept = new ArrayList<>();
    for (JsonNode filter : several ? where.path("children") : List.of(where)) {
      if (isImplied(filter, column, values)) {
        changed = true;
      } else {
        kept.add(filter);
      }
    }
    if (kept.isEmpty()) {
      select.node.putNull("where_clause");
    } else if (kept.size() == 1) {
      select.node.set("where_clause", kept.get(0));
    } else {
      ((ObjectNode) where).putArray("children").addAll(kept);
    }
  }

  /** Whether all values pass a comparison of the column with a whole number. */
  private static boolean isImplied(JsonNode filter, ColumnName column, Zones values) {
    OptionalLong bound = wholeNumber(filter.path("right"));
    if (bound.isEmpty() || !Trees.column(filter.path("left")).equals(Optional.of(column))) {
      return false;
    }
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.least().length; i++) {
      if (!ClusteredKeys.isExact(values.least()[i])
          || !ClusteredKeys.isExact(values.greatest()[i])) {
        return false;
      }
      least = Math.min(least, values.least()[i]);
      greatest = Math.max(greatest, values.greatest()[i]);
    }
    return switch (filter.path("type").asText()) {
      case "COMPARE_LESSTHANOREQUALTO" -> greatest <= bound.getAsLong();
      case "COMPARE_GREATERTHANOREQUALTO" -> least >= bound.getAsLong();
      default -> false;
    };
  }

  private static OptionalLong wholeNumber(JsonNode node) {
    JsonNode inner = node;
    while (inner.path("class").asText().equals("CAST")) {
      if (!TYPES.contains(inner.path("type_expr").path("type_name").asText())) {
        return OptionalLong.empty();
      }
      inner = inner.path("child");
    }
    JsonNode literal = inner.path("literal");
    if (!literal.path("kind").asText().equals("INTEGER")) {
      return OptionalLong.empty();
    }
    try {
      long value = Long.parseLong(literal.path("text").asText());
      return ClusteredKeys.isExact(value) ? OptionalLong.of(value) : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static Optional<Named> find(List<Named> sides, String alias) {
    return sides.stream().filter(side -> side.alias.equals(alias)).findFirst();
  }

  /** The values that a column's can only be some of, NULL aside. */
  private Optional<Zones> zones(Named relation, String column) {
    int position = relation.columns.indexOf(column);
    if (position < 0) {
      return Optional.empty();
    }
    if (relation instanceof Scan scan) {
      return zones.apply(scan.table, position);
    }
    if (relation instanceof Derived derived && derived.query instanceof Select select) {
      List<Named> inner = new ArrayList<>();
      Optional<ColumnName> from = Trees.column(select.selected().path(position));
      leaves(select.from, inner);
      return from.flatMap(
          name -> find(inner, name.alias()).flatMap(leaf -> zones(leaf, name.column())));
    }
    return Optional.empty();
  }

  private static void leaves(Relation relation, List<Named> into) {
    if (relation instanceof Join join) {
      leaves(join.left, into);
      leaves(join.right, into);
    } else {
      into.add((Named) relation);
    }
  }
}
