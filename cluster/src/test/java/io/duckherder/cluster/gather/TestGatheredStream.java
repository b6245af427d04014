package io.duckherder.cluster.gather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.BatchStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class TestGatheredStream {
  private static final Schema SCHEMA =
      new Schema(List.of(Field.nullable("i", new ArrowType.Int(32, true))));
  private static final GatheredStream.Window WINDOW = new GatheredStream.Window(2, 1 << 20);

  private final BufferAllocator allocator = new RootAllocator();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final Map<Integer, Integer> runs = new ConcurrentHashMap<>();

  @AfterEach
  void nothingIsLeft() {
    executor.shutdownNow();
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  /** Gives numbers from a first one, one to a batch, and fails at a place. */
  private class InMemoryStream implements BatchStream {
    private final VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
    private final int first;
    private final int count;
    private final int failAt;
    private int given;

    InMemoryStream(int first, int count, int failAt) {
      this.first = first;
      this.count = count;
      this.failAt = failAt;
    }

    @Override
    public Schema schema() {
      return SCHEMA;
    }

    @Override
    public boolean next() {
      if (given == failAt) {
        throw new DuckherderException(StandardErrorCode.STREAM_BROKEN, "broken");
      }
      if (given == count) {
        return false;
      }
      root.allocateNew();
      ((IntVector) root.getVector(0)).setSafe(0, first + given++);
      root.setRowCount(1);
      return true;
    }

    @Override
    public VectorSchemaRoot root() {
      return root;
    }

    @Override
    public void cancel() {}

    @Override
    public void close() {
      root.close();
    }
  }

  private static List<Fragment> fragments(int count) {
    FileIdentity file = new FileIdentity("/db", 1, 1, "", 0, "");
    Snapshot snapshot = new Snapshot(Map.of("db", file));
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Fragment(
                    "q", i, snapshot, SessionSettings.DEFAULT, "", Optional.empty(), false))
        .toList();
  }

  private GatheredStream gather(int fragments, FragmentOpener opener) {
    return new GatheredStream(SCHEMA, fragments(fragments), opener, WINDOW, executor, allocator);
  }

  private int count(Fragment fragment) {
    return runs.merge(fragment.number(), 1, Integer::sum);
  }

  private static List<Integer> drain(GatheredStream stream) {
    List<Integer> rows = new ArrayList<>();
    while (stream.next()) {
      rows.add(((IntVector) stream.root().getVector(0)).get(0));
    }
    return rows;
  }

  @Test
  void keepsTheOrderOfTheFragments() {
    try (GatheredStream stream =
        gather(5, (f, attempt) -> new InMemoryStream(f.number() * 10, 10, -1))) {
      assertThat(drain(stream)).isEqualTo(IntStream.range(0, 50).boxed().toList());
    }
  }

  @Test
  void runsAFragmentAgainThatBrokeBeforeItsRowsWentOn() {
    CountDownLatch broke = new CountDownLatch(1);
    try (GatheredStream stream =
        gather(
            2,
            (f, attempt) -> {
              if (f.number() == 1 && count(f) == 1) {
                return new InMemoryStream(10, 10, 5);
              }
              if (f.number() == 1) {
                broke.countDown();
              } else {
                awaitLatch(broke);
              }
              return new InMemoryStream(f.number() * 10, 10, -1);
            })) {
      assertThat(drain(stream)).isEqualTo(IntStream.range(0, 20).boxed().toList());
      assertThat(runs).containsEntry(1, 2);
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void failsRatherThanRepeatRowsThatWentOn() {
    CountDownLatch taken = new CountDownLatch(1);
    try (GatheredStream stream =
        gather(
            1,
            (f, attempt) -> {
              count(f);
              return new InMemoryStream(0, 10, 5) {
                @Override
                public boolean next() {
                  boolean more = super.next();
                  if (root().getVector(0).getObject(0).equals(4)) {
                    awaitLatch(taken);
                  }
                  return more;
                }
              };
            })) {
      assertThat(stream.next()).isTrue();
      taken.countDown();
      assertThatThrownBy(() -> drain(stream))
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.STREAM_BROKEN));
      assertThat(runs).containsEntry(0, 1);
    }
  }

  @Test
  void givesUpOnAFragmentThatAlwaysFails() {
    AtomicInteger attempts = new AtomicInteger();
    try (GatheredStream stream =
        gather(
            1,
            (f, attempt) -> {
              attempts.incrementAndGet();
              throw new DuckherderException(StandardErrorCode.UNREACHABLE, "gone");
            })) {
      assertThatThrownBy(stream::next).hasMessageContaining("gone");
      assertThat(attempts).hasValue(4);
    }
  }

  @Test
  void runsNoMoreFragmentsAtOnceThanTheWindowAllows() {
    try (GatheredStream stream =
        gather(
            10,
            (f, attempt) -> {
              count(f);
              return new InMemoryStream(f.number() * 10, 10, -1);
            })) {
      assertThat(stream.next()).isTrue();
      assertThat(runs.keySet()).allMatch(number -> number < 2);
      drain(stream);
      assertThat(runs).hasSize(10);
    }
  }

  @Test
  @Timeout(60)
  void anExecutorThatTakesNoMoreEndsTheStream() {
    FragmentOpener opener = (f, attempt) -> new InMemoryStream(f.number(), 1, -1);
    try (GatheredStream stream = gather(10, opener)) {
      assertThat(stream.next()).isTrue();
      executor.shutdown();
      assertThatThrownBy(() -> drain(stream)).hasMessageContaining("is being stopped");
    }
    assertThatThrownBy(() -> gather(10, opener)).hasMessageContaining("is being stopped");
  }

  @Test
  void cancelEndsAReaderThatWaits() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch opened = new CountDownLatch(1);
    GatheredStream stream =
        gather(
            1,
            (f, attempt) -> {
              opened.countDown();
              return new InMemoryStream(0, 1_000_000, -1) {
                @Override
                public boolean next() {
                  awaitLatch(never);
                  return super.next();
                }

                @Override
                public void cancel() {
                  never.countDown();
                }
              };
            });
    executor.execute(
        () -> {
          awaitLatch(opened);
          stream.cancel();
        });
    assertThatThrownBy(() -> drain(stream))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.QUERY_CANCELLED));
    stream.close();
  }
}
