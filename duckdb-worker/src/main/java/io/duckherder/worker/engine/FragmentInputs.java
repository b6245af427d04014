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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Makes what a fragment reads of earlier stages available on its connection: tables that this
 * worker keeps are read in place, those of others are copied here first, from several at a time.
 */
final class FragmentInputs {
  private final ExchangeStore store;
  private final QueryExchange query;
  private final Fragment fragment;
  private final Map<PeerTables, Pull> pulls = new LinkedHashMap<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private long rowBytes;
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
      List<Located> located =
          fragment.inputs().stream().map(input -> locate(tables, input)).toList();
      located.forEach(input -> startPulls(tables, input));
      pulls.values().forEach(this::await);
      located.forEach(input -> show(connection, tables, input));
    } finally {
      pulls.values().forEach(Pull::leave);
      millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
  }

  /** Ends the waiting. */
  void cancel() {
    cancelled.completeExceptionally(StatementInterrupt.cancelledFailure(null));
  }

  /** About how many bytes the rows have that are longest, known once they are provided. */
  long rowBytes() {
    return rowBytes;
  }

  long millis() {
    return millis;
  }

  /** The copies that were read. */
  List<ArrowImport.Imported> copied() {
    return pulls.values().stream().map(pull -> pull.copy().join().size()).toList();
  }

  private Located locate(QueryTables tables, FragmentInput input) {
    List<Source> here =
        input.sources().stream().filter(source -> tables.holds(source.table())).toList();
    for (Source source : input.sources()) {
      if (source.worker().equals(Source.LOCAL) && !here.contains(source)) {
        throw lost(source);
      }
    }
    return new Located(input, here, PeerTables.of(input, here::contains));
  }

  private void startPulls(QueryTables tables, Located input) {
    for (PeerTables peer : input.atPeers()) {
      if (!pulls.containsKey(peer)) {
        pulls.put(peer, tables.pull(peer, key -> store.pull(query, tables, key)));
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

  private void show(EngineConnection connection, QueryTables tables, Located located) {
    FragmentInput input = located.input();
    List<String> parts = new ArrayList<>();
    for (Source source : located.here()) {
      rowBytes = Math.max(rowBytes, tables.rowBytes(source.table()));
      parts.add(InputView.part(tables.name(source.table()), input.columns(), source.bucket()));
    }
    for (PeerTables peer : located.atPeers()) {
      Pull.Copy copy = Objects.requireNonNull(pulls.get(peer)).copy().join();
      rowBytes = Math.max(rowBytes, copy.size().rowBytes());
      parts.add(InputView.part(copy.table(), input.columns()));
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

  /** Where the tables of an input are: in place, or at peers. */
  private record Located(FragmentInput input, List<Source> here, List<PeerTables> atPeers) {}
}
