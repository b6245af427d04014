package io.duckherder.worker.engine;

import io.duckherder.plan.FragmentInput;
import io.duckherder.plan.FragmentInput.Source;
import io.duckherder.plan.ResultColumn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Tables of one peer, or the same bucket of each, that an input reads: they are copied together.
 *
 * @param worker where the peer serves
 * @param columns their columns
 * @param sources the tables
 */
record PeerTables(String worker, List<ResultColumn> columns, List<Source> sources) {
  PeerTables {
    columns = List.copyOf(columns);
    sources = List.copyOf(sources);
  }

  /** The tables of an input that are at peers, by peer. */
  static List<PeerTables> of(FragmentInput input, Predicate<Source> isHere) {
    Map<String, List<Source>> byWorker =
        input.sources().stream()
            .filter(isHere.negate())
            .collect(
                Collectors.groupingBy(Source::worker, LinkedHashMap::new, Collectors.toList()));
    return byWorker.entrySet().stream()
        .map(entry -> new PeerTables(entry.getKey(), input.columns(), entry.getValue()))
        .toList();
  }

  /** An input by which the peer reads them, all in place. */
  FragmentInput atPeer(String name) {
    return new FragmentInput(
        name,
        columns,
        sources.stream()
            .map(source -> new Source(Source.LOCAL, source.table(), source.bucket()))
            .toList());
  }

  /** How messages name them. */
  String names() {
    String quoted =
        sources.stream()
            .map(source -> '"' + source.table() + '"')
            .collect(Collectors.joining(", "));
    return (sources.size() == 1 ? "table " : "tables ") + quoted;
  }
}
