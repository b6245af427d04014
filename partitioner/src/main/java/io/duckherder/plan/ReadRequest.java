package io.duckherder.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.layout.PartitionTarget;
import io.duckherder.session.SessionSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a connector wants to read in partitions: a table or a query, some of its columns, the rows
 * that pass a filter, or a query over these.
 *
 * @param relation what to read
 * @param columns the columns wanted, in order; absent for all. An empty list gives one column of no
 *     meaning, for callers that only count rows
 * @param filter a DuckDB condition over the relation's columns, each named once in double quotes
 * @param settings the session that the query and the filter are read in
 * @param target how many partitions to aim for
 * @param group names what else is read at the same state of the databases, the other tables of one
 *     query say; absent for nothing
 * @param pushed what is asked of the rows; absent for the rows themselves
 * @param narrowed columns wanted of which some fields of structs are enough, and their types with
 *     these fields alone
 * @param told what the relation, which must be a table then, has as columns besides its own
 */
public record ReadRequest(
    @JsonProperty("relation") Relation relation,
    @JsonProperty("columns") Optional<List<String>> columns,
    @JsonProperty("filter") Optional<String> filter,
    @JsonProperty("settings") SessionSettings settings,
    @JsonProperty("target") PartitionTarget target,
    @JsonProperty("group") Optional<String> group,
    @JsonProperty("pushed") Optional<PushedQuery> pushed,
    @JsonProperty("narrowed") Map<String, String> narrowed,
    @JsonProperty("told") Set<RowColumn> told) {
  public ReadRequest {
    Objects.requireNonNull(relation, "relation");
    columns = columns.map(List::copyOf);
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(pushed, "pushed");
    narrowed = Map.copyOf(narrowed);
    told = Set.copyOf(told);
  }

  /** A read by itself. */
  public ReadRequest(
      Relation relation,
      Optional<List<String>> columns,
      Optional<String> filter,
      SessionSettings settings,
      PartitionTarget target) {
    this(
        relation,
        columns,
        filter,
        settings,
        target,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Set.of());
  }

  /** The same as part of a group. */
  public ReadRequest inGroup(Optional<String> name) {
    return new ReadRequest(
        relation, columns, filter, settings, target, name, pushed, narrowed, told);
  }

  /** The same of another relation. */
  public ReadRequest withRelation(Relation other) {
    return new ReadRequest(other, columns, filter, settings, target, group, pushed, narrowed, told);
  }

  /** The same for another number of slots. */
  public ReadRequest withSlots(int slots) {
    return new ReadRequest(
        relation,
        columns,
        filter,
        settings,
        target.withSlots(slots),
        group,
        pushed,
        narrowed,
        told);
  }

  /**
   * A table, by its name as a user writes it in SQL ({@code t}, {@code main.t}, {@code "my t"}), or
   * a query: exactly one of the two.
   */
  public record Relation(
      @JsonProperty("table") Optional<String> table,
      @JsonProperty("query") Optional<String> query) {
    public Relation {
      if (table.isPresent() == query.isPresent()) {
        throw new IllegalArgumentException("A relation is a table or a query");
      }
    }

    /** A table by its name. */
    public static Relation ofTable(String name) {
      return new Relation(Optional.of(name), Optional.empty());
    }

    /** The rows of a query. */
    public static Relation ofQuery(String sql) {
      return new Relation(Optional.empty(), Optional.of(sql));
    }
  }
}
