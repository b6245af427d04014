package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Query.SetOperation;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Trees.ColumnName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which columns of a query hold the same values: those that joins equate, and those that are passed
 * on from one query to the next. A class of such columns is what rows can be divided by so that
 * those that meet in a join or a group stay together.
 */
final class Columns {
  /** A column of one relation. */
  record LeafColumn(Named leaf, String column) {}

  /** Union-find: each column to another of its class, or to itself. */
  private final Map<LeafColumn, LeafColumn> parents = new LinkedHashMap<>();

  /** Columns that joins, groups and windows look for. */
  private final Set<LeafColumn> wanted = new LinkedHashSet<>();

  private Columns() {}

  static Columns of(Query query) {
    Columns columns = new Columns();
    columns.visit(query);
    return columns;
  }

  /** The classes that something in the query looks for. */
  Collection<Set<LeafColumn>> classes() {
    Map<LeafColumn, Set<LeafColumn>> byRoot = new LinkedHashMap<>();
    for (LeafColumn column : List.copyOf(parents.keySet())) {
      byRoot.computeIfAbsent(root(column), root -> new LinkedHashSet<>()).add(column);
    }
    Set<LeafColumn> roots = new LinkedHashSet<>();
    wanted.forEach(column -> roots.add(root(column)));
    byRoot.keySet().retainAll(roots);
    return byRoot.values();
  }

  /** The columns of a query's rows that are columns of a relation and no more. */
  private List<Optional<LeafColumn>> visit(Query query) {
    if (query instanceof Select select) {
      return visit(select);
    }
    List<Optional<LeafColumn>> first = new ArrayList<>();
    if (query instanceof SetOperation operation) {
      for (Query child : operation.children) {
        List<Optional<LeafColumn>> outputs = visit(child);
        for (int i = 0; i < outputs.size(); i++) {
          if (first.size() <= i) {
            first.add(outputs.get(i));
          } else if (first.get(i).isPresent() && outputs.get(i).isPresent()) {
            union(first.get(i).get(), outputs.get(i).get());
          }
        }
      }
      if (!operation.unionAll) {
        first.forEach(column -> column.ifPresent(wanted::add));
      }
    }
    return first;
  }

  private List<Optional<LeafColumn>> visit(Select select) {
    Map<ColumnName, LeafColumn> scope = new HashMap<>();
    visit(select.from, scope);
    select.grouping.ifPresent(grouping -> want(grouping.keys(), scope));
    select.distinct.ifPresent(targets -> want(targets, scope));
    for (JsonNode window : select.windows) {
      want(window.path("partitions"), scope);
    }
    List<Optional<LeafColumn>> outputs = new ArrayList<>();
    for (JsonNode selected : select.selected()) {
      outputs.add(Trees.column(selected).map(scope::get));
    }
    return outputs;
  }

  private void want(Iterable<JsonNode> expressions, Map<ColumnName, LeafColumn> scope) {
    for (JsonNode expression : expressions) {
      Trees.column(expression).map(scope::get).ifPresent(wanted::add);
    }
  }

  private void visit(Relation relation, Map<ColumnName, LeafColumn> scope) {
    if (relation instanceof Join join) {
      visit(join.left, scope);
      visit(join.right, scope);
      for (JsonNode condition : join.conditions) {
        Optional<LeafColumn> left = equated(condition, "left").map(scope::get);
        Optional<LeafColumn> right = equated(condition, "right").map(scope::get);
        if (left.isPresent() && right.isPresent()) {
          union(left.get(), right.get());
          wanted.add(left.get());
        }
      }
      return;
    }
    Named named = (Named) relation;
    List<Optional<LeafColumn>> inner =
        named instanceof Derived derived ? visit(derived.query) : List.of();
    for (int i = 0; i < named.columns.size(); i++) {
      LeafColumn column = new LeafColumn(named, named.columns.get(i));
      parents.put(column, column);
      scope.put(new ColumnName(named.alias, column.column()), column);
      if (i < inner.size() && inner.get(i).isPresent()) {
        union(column, inner.get(i).get());
      }
    }
  }

  /** One side of a condition that holds for equal values only. */
  static Optional<ColumnName> equated(JsonNode condition, String side) {
    String type = condition.path("type").asText();
    return type.equals("COMPARE_EQUAL") || type.equals("COMPARE_NOT_DISTINCT_FROM")
        ? Trees.column(condition.path(side))
        : Optional.empty();
  }

  private void union(LeafColumn one, LeafColumn other) {
    parents.put(root(one), root(other));
  }

  private LeafColumn root(LeafColumn column) {
    LeafColumn parent = parents.getOrDefault(column, column);
    return parent.equals(column) ? column : root(parent);
  }
}
