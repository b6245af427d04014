package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.layout.RowRange;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.Stage.Task;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Relation.Scan;
import io.duckherder.plan.cut.Scheme.Kind;
import io.duckherder.plan.cut.Trees.ColumnName;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A region's query as its tasks run it: each table that is divided is limited to their share. */
final class RegionTrees {
  private final Scratch scratch;
  private final Regions regions;
  private final Workload workload;

  RegionTrees(Scratch scratch, Regions regions) {
    this.scratch = scratch;
    this.regions = regions;
    this.workload = regions.workload;
  }

  /** What one task, or all alike, read of what is divided. */
  record TaskShare(int number, List<RowRange> ranges, int buckets) {}

  /** The tasks of a region, those of one text together. */
  List<TaskShare> shares(Region region) {
    Scheme scheme = region.scheme();
    return switch (scheme.kind()) {
      case SINGLE -> List.of(new TaskShare(0, List.of(), 0));
      case ROWS ->
          scheme.driving().orElseThrow() instanceof Scan scan
              ? List.of(new TaskShare(0, regions.ranges.of(scan, region.query()), 0))
              : List.of(new TaskShare(0, List.of(), workload.buckets()));
      case BUCKETS, EXCHANGE -> List.of(new TaskShare(0, List.of(), workload.buckets()));
      case RANGES ->
          IntStream.rangeClosed(0, boundaries(scheme).size())
              .mapToObj(i -> new TaskShare(i, List.of(), 0))
              .toList();
    };
  }

  static void addTasks(List<Task> tasks, TaskShare share, String sql) {
    for (RowRange range : share.ranges()) {
      tasks.add(new Task(sql, Optional.of(range), OptionalInt.empty(), false));
    }
    for (int bucket = 0; bucket < share.buckets(); bucket++) {
      tasks.add(new Task(sql, Optional.empty(), OptionalInt.of(bucket), false));
    }
    if (share.ranges().isEmpty() && share.buckets() == 0) {
      tasks.add(new Task(sql, Optional.empty(), OptionalInt.empty(), false));
    }
  }

  private List<Long> boundaries(Scheme scheme) {
    Scan leader = scheme.leader().orElseThrow();
    int column = leader.columns.indexOf(scheme.key().get(leader));
    return regions.clustering.boundaries(leader.table, column, workload.ranges()).orElseThrow();
  }

  /**
   * The query of a task.
   *
   * @param replacements what stands in the place of nodes of the query
   * @param task the number of its text
   */
  ObjectNode body(Region region, Map<JsonNode, JsonNode> replacements, int task) {
    Map<JsonNode, JsonNode> all = new IdentityHashMap<>(replacements);
    for (Named leaf : readLeaves(region)) {
      if (leaf instanceof Scan scan && !all.containsKey(scan.node)) {
        condition(region.scheme(), scan, task)
            .ifPresent(condition -> all.put(scan.node, divided(region, scan, condition)));
      }
    }
    return cleared((ObjectNode) Trees.copy(region.query().node, all), region.query());
  }

  /** A query whose common table expressions are stages has none of its own. */
  static ObjectNode cleared(ObjectNode copy, Query query) {
    turn(copy);
    if (query instanceof Query.Opaque) {
      return copy;
    }
    clear(copy);
    return copy;
  }

  /**
   * Writes a right semi or anti join as the left one that it is with its sides exchanged: which
   * side to build on is for DuckDB to choose again, and of a left one only it does. TPC-H q4 took a
   * third of the time.
   */
  private static void turn(JsonNode node) {
    String type = node.path("join_type").asText();
    if (type.equals("RIGHT_SEMI") || type.equals("RIGHT_ANTI")) {
      ObjectNode join = (ObjectNode) node;
      JsonNode left = join.get("left");
      join.set("left", join.get("right"));
      join.set("right", left);
      join.put("join_type", type.substring("RIGHT_".length()));
    }
    node.forEach(RegionTrees::turn);
  }

  private static void clear(JsonNode node) {
    if (node.path("type").asText().equals("RECURSIVE_CTE_NODE")) {
      return;
    }
    JsonNode map = node.path("cte_map").path("map");
    if (map instanceof ArrayNode entries) {
      boolean recursive = false;
      for (JsonNode entry : entries) {
        recursive |= entry.toString().contains("RECURSIVE_CTE_NODE");
      }
      if (recursive) {
        return;
      }
      entries.removeAll();
    }
    node.forEach(RegionTrees::clear);
  }

  private Optional<String> condition(Scheme scheme, Scan scan, int task) {
    if (scheme.driving().orElse(null) == scan) {
      return Optional.of(
          "%1$s.rowid >= %2$s AND %1$s.rowid < %3$s"
              .formatted(
                  SqlText.identifier(scan.alias),
                  Fragment.value(Fragment.FIRST_ROW),
                  Fragment.value(Fragment.END_ROW)));
    }
    if (!scheme.divided().contains(scan)) {
      return Optional.empty();
    }
    String key =
        SqlText.identifier(scan.alias)
            + "."
            + SqlText.identifier(scheme.key().getOrDefault(scan, ""));
    if (scheme.kind() == Kind.BUCKETS) {
      return Optional.of(workload.bucketOf(key) + " = " + Fragment.value(Fragment.BUCKET));
    }
    List<Long> boundaries = boundaries(scheme);
    List<String> parts = new ArrayList<>();
    if (task > 0) {
      parts.add(key + " >= " + boundaries.get(task - 1));
    }
    if (task < boundaries.size()) {
      parts.add(key + " < " + boundaries.get(task));
    }
    String range = String.join(" AND ", parts);
    return Optional.of(task == 0 ? "(" + range + " OR " + key + " IS NULL)" : range);
  }

  /** A table limited to a task's share, in the place of the table. */
  private JsonNode divided(Region region, Scan scan, String condition) {
    List<String> needed = needed(region.query(), scan);
    String alias = SqlText.identifier(scan.alias);
    String inner =
        "SELECT %s FROM %s AS %s(%s) WHERE %s"
            .formatted(
                needed.stream()
                    .map(c -> alias + "." + SqlText.identifier(c))
                    .collect(Collectors.joining(", ")),
                scan.table.sql(),
                alias,
                scan.columns.stream().map(SqlText::identifier).collect(Collectors.joining(", ")),
                condition);
    return scratch.derived(inner, scan.alias, needed);
  }

  /** The columns of a relation that a query names. */
  static List<String> needed(Query query, Named leaf) {
    List<String> needed = new ArrayList<>();
    Set<ColumnName> used = Trees.columns(query.node);
    for (ColumnName column : used) {
      if (column.alias().equals(leaf.alias)) {
        needed.add(column.column());
      }
    }
    if (needed.isEmpty()) {
      needed.add(leaf.columns.get(0));
    }
    return needed;
  }

  /** The leaves of a region that it reads itself: those under a cut are read elsewhere. */
  static List<Named> readLeaves(Region region) {
    Map<JsonNode, JsonNode> cut = new IdentityHashMap<>();
    region.cuts().forEach(c -> cut.put(c.target(), c.target()));
    return Walk.leaves(region.query(), query -> !cut.containsKey(query.node));
  }
}
