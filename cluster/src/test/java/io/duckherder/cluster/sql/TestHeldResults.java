package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.catalog.FixedRows;
import io.duckherder.wire.BatchStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TestHeldResults {
  private static final Schema SCHEMA =
      new Schema(List.of(Field.nullable("i", new ArrowType.Int(64, true))));

  private final TestingClock clock = new TestingClock();
  private final RootAllocator allocator = new RootAllocator();

  /** A clock that is set by hand. */
  private static final class TestingClock extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  private HeldResults.Held hold(HeldResults results, long value) {
    ArrowRecordBatch batch;
    try (BatchStream rows = rows(value)) {
      batch = new VectorUnloader(rows.root()).getRecordBatch();
    }
    return results.hold(SCHEMA, Optional.of(batch), () -> rows(-1), allocator);
  }

  private BatchStream rows(long value) {
    return new FixedRows(SCHEMA, List.of(List.of(value)), allocator);
  }

  private static long read(HeldResults.Held held) {
    try (BatchStream rows = held.get()) {
      assertThat(rows.next()).isTrue();
      long value = (Long) rows.root().getVector(0).getObject(0);
      assertThat(rows.next()).isFalse();
      return value;
    }
  }

  @Test
  void rowsAreGivenOnce() {
    HeldResults results = new HeldResults(clock, Duration.ofMinutes(1), 1_000_000);
    HeldResults.Held held = hold(results, 7);
    assertThat(results.bytes()).isPositive();
    assertThat(read(held)).isEqualTo(7);
    assertThat(results.bytes()).isZero();
    assertThat(read(held)).isEqualTo(-1);
  }

  @Test
  void rowsThatNobodyReadsAreDropped() {
    HeldResults results = new HeldResults(clock, Duration.ofMinutes(1), 1_000_000);
    HeldResults.Held cancelled = hold(results, 7);
    cancelled.discard();
    cancelled.discard();
    HeldResults.Held old = hold(results, 8);
    clock.now = clock.now.plusSeconds(40);
    HeldResults.Held younger = hold(results, 9);
    clock.now = clock.now.plusSeconds(40);
    results.tidy();
    assertThat(read(old)).isEqualTo(-1);
    assertThat(read(younger)).isEqualTo(9);
  }

  @Test
  void theOldestGiveWayToTheYoungest() {
    HeldResults results = new HeldResults(clock, Duration.ofMinutes(1), 1_000_000);
    HeldResults.Held one = hold(results, 1);
    HeldResults tight = new HeldResults(clock, Duration.ofMinutes(1), results.bytes());
    HeldResults.Held first = hold(tight, 2);
    HeldResults.Held second = hold(tight, 3);
    assertThat(read(one)).isEqualTo(1);
    assertThat(read(first)).isEqualTo(-1);
    assertThat(read(second)).isEqualTo(3);
  }
}
