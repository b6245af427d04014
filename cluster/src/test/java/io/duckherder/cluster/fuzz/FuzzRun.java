package io.duckherder.cluster.fuzz;

import io.duckherder.cluster.ClusterRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks a cluster and single DuckDBs over the same file. A query is judged by DuckDB with one
 * thread; where the cluster differs from it, DuckDB with more threads is asked too, and a query on
 * which these two differ has no one answer and is not judged.
 */
final class FuzzRun implements AutoCloseable {
  private final ClusterRunner cluster;
  private final SingleDuckDB single;
  private final SingleDuckDB threaded;
  private Optional<ClusterSession> client = Optional.empty();
  private FuzzSession session = new FuzzSession(List.of(), List.of());

  /** How queries ended, counted. */
  final Map<String, Integer> outcomes = new TreeMap<>();

  FuzzRun(Path folder, Path file, int workers) {
    cluster =
        ClusterRunner.builder(folder.resolve("spill"))
            .database(FuzzDatabase.NAME, file)
            .workers(workers)
            .build();
    single = new SingleDuckDB(file, folder.resolve("single"), 1);
    threaded = new SingleDuckDB(file, folder.resolve("threaded"), 4);
  }

  void session(FuzzSession next) {
    session = next;
    client.ifPresent(ClusterSession::close);
    client = Optional.of(new ClusterSession(cluster, next.all()));
    single.session(next.shared());
    threaded.session(next.shared());
  }

  /** What the cluster gets wrong, absent if nothing. */
  Optional<String> difference(FuzzQuery query) {
    Answer expected = single.answer(query.sql());
    if (SingleDuckDB.gaveUp(expected)) {
      return counted("too long", Optional.empty());
    }
    Answer actual = client.orElseThrow().answer(query.sql());
    Comparison comparison = new Comparison(query.ordered(), session.caseless());
    Optional<String> difference = comparison.difference(expected, actual);
    if (difference.isEmpty()) {
      return counted(
          expected.error().map(code -> "failed alike: " + code.name()).orElse("equal"), difference);
    }
    Answer again = threaded.answer(query.sql());
    if (comparison.difference(again, actual).isEmpty()
        || comparison.difference(expected, again).isPresent()) {
      return counted("no one answer", Optional.empty());
    }
    return counted("DIFFERENT", difference);
  }

  Answer single(String sql) {
    return single.answer(sql);
  }

  /** The cluster's plan of a query, as text. */
  String explain(String sql) {
    Answer plan = client.orElseThrow().answer("EXPLAIN " + sql);
    StringBuilder text = new StringBuilder(plan.message());
    plan.rows().forEach(row -> text.append(row.get(row.size() - 1)).append('\n'));
    return text.toString();
  }

  private Optional<String> counted(String outcome, Optional<String> difference) {
    outcomes.merge(outcome, 1, Integer::sum);
    return difference;
  }

  @Override
  public void close() throws Exception {
    client.ifPresent(ClusterSession::close);
    single.close();
    threaded.close();
    cluster.close();
  }
}
