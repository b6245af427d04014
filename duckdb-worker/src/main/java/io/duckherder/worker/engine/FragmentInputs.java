package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.FragmentInput;
import io.duckherder.plan.FragmentInput.Source;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Makes what a fragment reads of earlier stages available on its connection: tables that this
 * worker keeps are read in place, others are copied here first, several at a time.
 */
final class FragmentInputs {
  private final ExchangeStore store;
  private final QueryExchange query;
  private final Fragment fragment;
  private final Map<Source, Pull> pulls = new LinkedHashMap<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private long millis;

  FragmentInputs(ExchangeStore store, QueryExchange query, Fragment fragment) {
    this.store = store;
    this.query = query;
    this.fragment = fragment;
  }

  /** Makes the views; waits for the copies. */
  void provide(EngineConnection connection) {
    if (fragment.inputs().isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    QueryTables tables = query.tables(store.engine(), fragment.snapshot());
    try {
      fragment.inputs().forEach(input -> startPulls(tables, input));
      pulls.values().forEach(this::await);
      for (FragmentInput input : fragment.inputs()) {
        show(connection, tables, input);
      }
    } finally {
      pulls.values().forEach(Pull::leave);
      millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
  }

  /** Ends the waiting. */
  void cancel() {
    cancelled.completeExceptionally(StatementInterrupt.cancelledFailure(null));
  }

  long millis() {
    return millis;
  }

  /** The copies that were read. */
  List<ArrowImport.Imported> copied() {
    return pulls.values().stream().map(pull -> pull.copy().join().size()).toList();
  }

  private void startPulls(QueryTables tables, FragmentInput input) {
    for (Source source : input.sources()) {
      if (tables.holds(source.table())) {
        continue;
      }
      if (source.worker().equals(Source.LOCAL)) {
        throw lost(source);
      }
      if (!pulls.containsKey(source)) {
        pulls.put(source, tables.pull(source, key -> store.pull(query, tables, key, input)));
      }
    }
  }

  private void await(Pull pull) {
    try {
      CompletableFuture.anyOf(pull.copy(), cancelled).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof DuckherderException known) {
        // The failure may belong to several fragments; each throws one of its own.
        throw new DuckherderException(known.code(), known.text(), known);
      }
      throw e;
    }
  }

  private void show(EngineConnection connection, QueryTables tables, FragmentInput input) {
    List<String> parts = new ArrayList<>();
    for (Source source : input.sources()) {
      Pull pull = pulls.get(source);
      parts.add(
          pull == null
              ? InputView.part(tables.name(source.table()), input.columns(), source.bucket())
              : InputView.part(pull.copy().join().table(), input.columns()));
    }
    try (Statement statement = connection.jdbc().createStatement()) {
      if (parts.isEmpty()) {
        parts.add(InputView.none(input.columns()));
      }
      statement.execute(InputView.create(input.name(), parts));
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private DuckherderException lost(Source source) {
    return new DuckherderException(
        StandardErrorCode.EXCHANGE_LOST,
        "Cannot read table \"%s\" of query %s: it is not kept on this worker"
            .formatted(source.table(), fragment.queryId()));
  }
}
