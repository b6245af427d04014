package io.duckherder.spark.stream;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.spark.option.StreamOptions;
import io.duckherder.spark.source.PlannedRead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.CompositeReadLimit;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.ReadMaxRows;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;
import org.jspecify.annotations.Nullable;

/**
 * The rows that come to a table, batch by batch. A batch goes from one snapshot to a later one, so
 * it is the same however often it is read. Driver-only.
 */
public final class DuckherderMicroBatchStream
    implements MicroBatchStream, SupportsTriggerAvailableNow {
  /** Spark asks again at once where nothing came. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** How often the snapshot is kept anew up to which was read: well within a ticket's time. */
  private static final Duration RENEWAL = Duration.ofMinutes(10);

  private static final int REMEMBERED = 16;

  private final VersionedTable table;
  private final List<String> columns;
  private final StreamOptions options;
  private final StartFile start;
  private final PartitionReaderFactory readers;
  private final Consumer<PlannedRead> check;

  /** What was found, by both snapshots; the oldest is forgotten first. */
  private final Map<List<Long>, AppendedRows> found =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Long>, AppendedRows> eldest) {
          return size() > REMEMBERED;
        }
      };

  private @Nullable String database;
  private OptionalLong last = OptionalLong.empty();
  private OptionalLong newest = OptionalLong.empty();
  private long quietSince;
  private boolean quiet;
  private long renewed;

  /**
   * The stream of a table.
   *
   * @param columns the columns of the stream
   * @param start where it began
   * @param readers open partitions on executors
   * @param check fails if what is read has other columns than the stream
   */
  public DuckherderMicroBatchStream(
      VersionedTable table,
      List<String> columns,
      StreamOptions options,
      StartFile start,
      PartitionReaderFactory readers,
      Consumer<PlannedRead> check) {
    this.table = table;
    this.options = options;
    this.columns = List.copyOf(columns);
    this.start = start;
    this.readers = readers;
    this.check = check;
  }

  @Override
  public Offset initialOffset() {
    Optional<StreamOffset> begun = start.read();
    if (begun.isPresent()) {
      return begun.get();
    }
    long snapshot = options.start().latest() ? table.newest() : options.start().snapshot();
    StreamOffset first =
        StreamOffset.after(table.id(snapshot == 0 ? table.newest() : snapshot), snapshot);
    start.write(first);
    return first;
  }

  @Override
  public Offset deserializeOffset(String json) {
    return StreamOffset.of(json);
  }

  @Override
  public ReadLimit getDefaultReadLimit() {
    List<ReadLimit> limits = new ArrayList<>();
    options.mostRows().ifPresent(rows -> limits.add(ReadLimit.maxRows(rows)));
    options.mostSnapshots().ifPresent(count -> limits.add(new SnapshotLimit(count)));
    return switch (limits.size()) {
      case 0 -> ReadLimit.allAvailable();
      case 1 -> limits.get(0);
      default -> ReadLimit.compositeLimit(limits.toArray(ReadLimit[]::new));
    };
  }

  /** What was committed by now is all that the stream reads before it ends. */
  @Override
  public void prepareForTriggerAvailableNow() {
    last = OptionalLong.of(table.newest());
  }

  @Override
  public Offset latestOffset() {
    throw new UnsupportedOperationException("Spark asks by latestOffset(Offset, ReadLimit)");
  }

  @Override
  public @Nullable Offset reportLatestOffset() {
    return newest.isPresent() && database != null
        ? StreamOffset.after(database, newest.getAsLong())
        : null;
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    StreamOffset read = (StreamOffset) from;
    Limits limits = Limits.of(limit);
    StreamOffset next = read.isPart() ? upTo(read, read.snapshot(), limits) : next(read, limits);
    quiet = next.equals(read);
    quietSince = System.nanoTime();
    return next;
  }

  private StreamOffset next(StreamOffset read, Limits limits) {
    if (last.isEmpty()) {
      pause();
    }
    long target = last.isPresent() ? last.getAsLong() : table.newest();
    newest = OptionalLong.of(target);
    renew(read);
    if (target <= read.snapshot()) {
      return read;
    }
    long end = limits.snapshot(table, read.snapshot(), target);
    try {
      return next(read, end, target, limits);
    } catch (DuckherderException e) {
      if (!isSkipped(e)) {
        throw e;
      }
    }
    // What came before the change, and after it, is found snapshot by snapshot.
    long first = table.kept(read.snapshot(), end).stream().findFirst().orElse(end);
    try {
      return next(read, first, target, limits);
    } catch (DuckherderException e) {
      if (!isSkipped(e)) {
        throw e;
      }
      return StreamOffset.after(id(first), first);
    }
  }

  private StreamOffset next(StreamOffset read, long end, long target, Limits limits) {
    boolean none = appended(read.snapshot(), end).rows() == 0;
    return none && end == target ? read : upTo(read, end, limits);
  }

  private boolean isSkipped(DuckherderException e) {
    return options.skipsChanges() && e.code() == StandardErrorCode.TABLE_CHANGED;
  }

  /** The end of a batch that goes no further than a snapshot. */
  private StreamOffset upTo(StreamOffset read, long snapshot, Limits limits) {
    OptionalLong rowid =
        limits.rows().isPresent()
            ? appended(read.whole(), snapshot).limit(read.rowid(), limits.rows().getAsLong())
            : OptionalLong.empty();
    return rowid.isPresent()
        ? StreamOffset.within(id(snapshot), read.whole(), snapshot, rowid.getAsLong())
        : StreamOffset.after(id(snapshot), snapshot);
  }

  /** Waits if the last question was just now, and nothing had come. */
  private void pause() {
    long left = PAUSE.toNanos() - (System.nanoTime() - quietSince);
    if (quiet && left > 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DuckherderException(
            StandardErrorCode.QUERY_CANCELLED, "The stream was stopped", e);
      }
    }
  }

  /** Keeps the snapshot up to which was read, while nothing comes. */
  private void renew(StreamOffset read) {
    boolean due = System.nanoTime() - renewed > RENEWAL.toNanos();
    if (read.snapshot() > 0 && (renewed == 0 || due)) {
      requireSameDatabase(read, kept(read.snapshot(), () -> table.id(read.snapshot())));
      renewed = System.nanoTime();
    }
  }

  private void requireSameDatabase(StreamOffset read, String id) {
    if (!read.database().equals(id)) {
      throw new DuckherderException(
          StandardErrorCode.FILE_CHANGED,
          "Cannot go on with the stream of %s: its checkpoint is of another database of that name; begin anew with another checkpoint"
              .formatted(table.table().sql()));
    }
  }

  private String id(long snapshot) {
    if (database == null) {
      database = table.id(snapshot);
    }
    return database;
  }

  private <T> T kept(long snapshot, Supplier<T> read) {
    try {
      return read.get();
    } catch (DuckherderException e) {
      if (e.code() != StandardErrorCode.SNAPSHOT_NOT_FOUND) {
        throw e;
      }
      throw new DuckherderException(
          StandardErrorCode.SNAPSHOT_NOT_FOUND,
          "Cannot go on with the stream of %s from snapshot %d: %s; begin anew with another checkpoint, and have snapshots kept for longer than streams stand still"
              .formatted(table.table().sql(), snapshot, e.text()),
          e);
    }
  }

  private AppendedRows appended(long earlier, long snapshot) {
    List<Long> key = List.of(earlier, snapshot);
    AppendedRows known = found.get(key);
    if (known == null) {
      known = kept(earlier, () -> AppendedRows.find(table, earlier, snapshot));
      found.put(key, known);
    }
    return known;
  }

  @Override
  public InputPartition[] planInputPartitions(Offset from, Offset to) {
    StreamOffset read = (StreamOffset) from;
    StreamOffset end = (StreamOffset) to;
    if (read.equals(end)) {
      return new InputPartition[0];
    }
    boolean follows =
        read.isPart()
            ? end.snapshot() == read.snapshot() && (!end.isPart() || end.whole() == read.whole())
            : end.snapshot() > read.snapshot() && (!end.isPart() || end.whole() == read.whole());
    if (!follows || !read.database().equals(end.database())) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot go on from the checkpoint: no batch goes from %s to %s"
              .formatted(read.json(), end.json()));
    }
    try {
      return plan(read, end);
    } catch (DuckherderException e) {
      if (!isSkipped(e)) {
        throw e;
      }
      return new InputPartition[0];
    }
  }

  private InputPartition[] plan(StreamOffset read, StreamOffset end) {
    AppendedRows rows = appended(read.whole(), end.snapshot());
    OptionalLong upTo = end.isPart() ? OptionalLong.of(end.rowid()) : OptionalLong.empty();
    PlannedRead planned = rows.plan(columns, read.rowid(), upTo);
    requireSameDatabase(end, table.id(end.snapshot(), planned));
    check.accept(planned);
    return planned.partitions().toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return readers;
  }

  @Override
  public void commit(Offset end) {
    // The database keeps nothing about its readers.
  }

  @Override
  public void stop() {
    // Connections are those of the JVM.
  }

  /** The most that a batch may be. */
  private record Limits(OptionalLong rows, OptionalLong snapshots) {
    static Limits of(ReadLimit limit) {
      OptionalLong rows = OptionalLong.empty();
      OptionalLong snapshots = OptionalLong.empty();
      ReadLimit[] all =
          limit instanceof CompositeReadLimit several
              ? several.getReadLimits()
              : new ReadLimit[] {limit};
      for (ReadLimit one : all) {
        if (one instanceof ReadMaxRows most) {
          rows = OptionalLong.of(most.maxRows());
        } else if (one instanceof SnapshotLimit most) {
          snapshots = OptionalLong.of(most.snapshots());
        }
      }
      return new Limits(rows, snapshots);
    }

    /** The last snapshot of a batch. The first that a stream reads is one, with all its rows. */
    long snapshot(VersionedTable table, long after, long newest) {
      if (snapshots.isEmpty() || after == 0) {
        return newest;
      }
      List<Long> kept = table.kept(after, newest);
      return kept.size() <= snapshots.getAsLong()
          ? newest
          : kept.get((int) snapshots.getAsLong() - 1);
    }
  }
}
