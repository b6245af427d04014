package io.duckherder.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.layout.SortKey;
import io.duckherder.layout.TableLayout;
import io.duckherder.layout.Zones;
import java.sql.Connection;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the row groups that may hold rows that a scan's filters let pass: comparisons of a column
 * with a constant, joined by AND and OR, against each group's least and greatest value. Whatever
 * else a filter says may be true of any group.
 */
final class ZoneFilter {
  /** Stands for the rowid, as no column's name does. */
  private static final String ROWID = "";

  private final TableLayout layout;
  private final ZoneConstants constants;
  private final BitSet all;

  private ZoneFilter(TableLayout layout, ZoneConstants constants) {
    this.layout = layout;
    this.constants = constants;
    this.all = new BitSet(layout.rowGroups());
    this.all.set(0, layout.rowGroups());
  }

  /**
   * The groups that may match.
   *
   * @param columns the names of the table's columns, in order
   */
  static BitSet matching(
      Connection connection, ScanTree scan, TableLayout layout, List<String> columns) {
    ZoneConstants constants = ZoneConstants.of(connection, scan);
    ZoneFilter filter = new ZoneFilter(layout, constants);
    return layout.exact() && scan.columnAliases().size() == columns.size()
        ? filter.matching(scan, columns)
        : filter.all;
  }

  private BitSet matching(ScanTree scan, List<String> columns) {
    BitSet groups = copy(all);
    Map<String, String> names = new HashMap<>();
    List<String> aliases = scan.columnAliases();
    for (int i = 0; i < aliases.size(); i++) {
      names.put(aliases.get(i), columns.get(i));
    }
    names.putIfAbsent("rowid", ROWID);
    List<ObjectNode> levels = scan.levels();
    for (int level = levels.size() - 1; level >= 0; level--) {
      ObjectNode query = levels.get(level);
      groups.and(mayMatch(query.path("where_clause"), names));
      if (level > 0) {
        names = projected(query, levels.get(level - 1).path("from_table"), names);
      }
    }
    return groups;
  }

  /** The table's columns under the names that the query around sees. */
  private static Map<String, String> projected(
      ObjectNode query, JsonNode derived, Map<String, String> names) {
    Map<String, String> outer = new HashMap<>();
    JsonNode aliases = derived.path("column_name_alias");
    JsonNode selected = query.path("select_list");
    for (int i = 0; i < selected.size() && i < aliases.size(); i++) {
      String column = column(selected.get(i), names);
      if (column != null) {
        outer.put(aliases.get(i).asText(), column);
      }
    }
    return outer;
  }

  private static @Nullable String column(JsonNode expression, Map<String, String> names) {
    if (!expression.path("class").asText().equals("COLUMN_REF")) {
      return null;
    }
    JsonNode path = expression.path("column_names");
    return names.get(path.path(path.size() - 1).asText());
  }

  private BitSet mayMatch(JsonNode condition, Map<String, String> names) {
    switch (condition.path("type").asText()) {
      case "CONJUNCTION_AND":
        BitSet both = copy(all);
        condition.path("children").forEach(child -> both.and(mayMatch(child, names)));
        return both;
      case "CONJUNCTION_OR":
        BitSet either = new BitSet();
        condition.path("children").forEach(child -> either.or(mayMatch(child, names)));
        return either;
      case "COMPARE_BETWEEN":
        BitSet between = compare(names, condition.path("input"), condition.path("lower"), ABOVE);
        between.and(compare(names, condition.path("input"), condition.path("upper"), BELOW));
        return between;
      case "COMPARE_IN":
        BitSet any = new BitSet();
        JsonNode children = condition.path("children");
        for (int i = 1; i < children.size(); i++) {
          any.or(compare(names, children.get(0), children.get(i), EQUAL));
        }
        return any;
      case "COMPARE_EQUAL":
        return compareEither(names, condition, EQUAL, EQUAL);
      case "COMPARE_GREATERTHAN", "COMPARE_GREATERTHANOREQUALTO":
        return compareEither(names, condition, ABOVE, BELOW);
      case "COMPARE_LESSTHAN", "COMPARE_LESSTHANOREQUALTO":
        return compareEither(names, condition, BELOW, ABOVE);
      default:
        return copy(all);
    }
  }

  private BitSet compareEither(
      Map<String, String> names, JsonNode condition, Test test, Test mirrored) {
    JsonNode left = condition.path("left");
    JsonNode right = condition.path("right");
    return column(left, names) != null
        ? compare(names, left, right, test)
        : compare(names, right, left, mirrored);
  }

  private BitSet compare(
      Map<String, String> names, JsonNode expression, JsonNode constant, Test test) {
    String column = column(expression, names);
    Optional<Zones> zones = column == null ? Optional.empty() : zones(column);
    Optional<ZoneConstants.Constant> value = constants.find(constant);
    if (zones.isEmpty() || value.isEmpty() || zones.get().kind() != value.get().kind()) {
      return copy(all);
    }
    double key = value.get().key();
    BitSet groups = new BitSet(layout.rowGroups());
    for (int group = 0; group < layout.rowGroups(); group++) {
      boolean ruledOut =
          test.rulesOut(zones.get().least()[group], zones.get().greatest()[group], key);
      groups.set(group, !ruledOut);
    }
    return groups;
  }

  private Optional<Zones> zones(String column) {
    if (!column.equals(ROWID)) {
      return layout.zonesOf(column);
    }
    double[] least = new double[layout.rowGroups()];
    double[] greatest = new double[layout.rowGroups()];
    for (int group = 0; group < least.length; group++) {
      least[group] = layout.starts()[group];
      greatest[group] = layout.starts()[group] + layout.rows()[group] - 1.0;
    }
    return Optional.of(new Zones(SortKey.Kind.NUMBER, least, greatest));
  }

  private static BitSet copy(BitSet groups) {
    return (BitSet) groups.clone();
  }

  /** Whether a group's extremes prove that no value passes. False where one is NaN. */
  private interface Test {
    boolean rulesOut(double least, double greatest, double constant);
  }

  private static final Test EQUAL =
      (least, greatest, constant) -> greatest < constant || least > constant;
  private static final Test ABOVE = (least, greatest, constant) -> greatest < constant;
  private static final Test BELOW = (least, greatest, constant) -> least > constant;
}
