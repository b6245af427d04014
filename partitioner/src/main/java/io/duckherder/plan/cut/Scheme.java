package io.duckherder.plan.cut;

import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Relation.Scan;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A way to divide the work of a region of a query among tasks.
 *
 * @param kind what the tasks differ in
 * @param driving the relation that {@link Kind#ROWS} divides
 * @param key by which column {@link Kind#RANGES} and {@link Kind#BUCKETS} divide each relation of a
 *     class of equal columns
 * @param divided the tables among them that are divided; the others are read whole
 * @param leader the table among them whose row groups tell the ranges
 * @param exchanged the query whose rows {@link Kind#EXCHANGE} brings together by its own key
 * @param exchangedKey which of its keys alone, if it is one that is said
 */
record Scheme(
    Kind kind,
    Optional<Named> driving,
    Map<Named, String> key,
    Set<Named> divided,
    Optional<Scan> leader,
    Optional<Query> exchanged,
    Optional<Integer> exchangedKey) {

  /** What tasks differ in. */
  enum Kind {
    /** There is one task. */
    SINGLE,
    /** Each task has a range of one relation's rows. */
    ROWS,
    /** Each task has a range of keys, which the tables are clustered by. */
    RANGES,
    /** Each task has the keys of one hash value. */
    BUCKETS,
    /** Each task has the groups of one hash value. */
    EXCHANGE
  }

  static Scheme single() {
    return new Scheme(
        Kind.SINGLE,
        Optional.empty(),
        Map.of(),
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static Scheme rows(Named driving) {
    return new Scheme(
        Kind.ROWS,
        Optional.of(driving),
        Map.of(),
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static Scheme ranges(Map<Named, String> key, Set<Named> divided, Scan leader) {
    return new Scheme(
        Kind.RANGES,
        Optional.empty(),
        Map.copyOf(key),
        Set.copyOf(divided),
        Optional.of(leader),
        Optional.empty(),
        Optional.empty());
  }

  static Scheme buckets(Map<Named, String> key, Set<Named> divided) {
    return new Scheme(
        Kind.BUCKETS,
        Optional.empty(),
        Map.copyOf(key),
        Set.copyOf(divided),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static Scheme exchange(Query exchanged, Optional<Integer> key) {
    return new Scheme(
        Kind.EXCHANGE,
        Optional.empty(),
        Map.of(),
        Set.of(),
        Optional.empty(),
        Optional.of(exchanged),
        key);
  }

  boolean isSingle() {
    return kind == Kind.SINGLE;
  }
}
