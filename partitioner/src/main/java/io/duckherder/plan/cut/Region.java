package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * A query, or the first half of one, that becomes one stage.
 *
 * @param query what it computes
 * @param half whether each task does only what can be done with its part of the rows, so that the
 *     rows need a {@link Cut.Form#FINISHED} query over them
 * @param scheme how it is divided
 * @param cuts the queries inside that become stages of their own
 * @param cost its work and that of the stages under it, as rows handled by one worker
 * @param keys the positions of its columns by which its rows are divided
 */
record Region(
    Query query, boolean half, Scheme scheme, List<Cut> cuts, double cost, List<Integer> keys) {
  Region {
    cuts = List.copyOf(cuts);
    keys = List.copyOf(keys);
  }

  /** Whether more than one worker has a part in it. */
  boolean distributed() {
    return !scheme.isSingle() || cuts.stream().anyMatch(cut -> cut.producer().distributed());
  }

  /**
   * A query inside a region that gets its rows from another stage.
   *
   * @param target the query, or the relation, in the region's tree that is replaced
   * @param query what it is replaced by the rows of
   * @param form what crosses
   * @param bucketKey where its rows go to tasks by one key, the position of that key: among the
   *     query's columns, or for halves among {@link Half#keys}
   * @param bucketed whether each task gets its bucket only
   * @param producer the region that makes the rows
   */
  record Cut(
      JsonNode target,
      Query query,
      Form form,
      Optional<Integer> bucketKey,
      boolean bucketed,
      Region producer) {
    /** What crosses at a cut. */
    enum Form {
      /** The query's own rows. */
      COMPLETE,
      /** Halves of it, which the region that reads them finishes. */
      FINISHED
    }
  }
}
