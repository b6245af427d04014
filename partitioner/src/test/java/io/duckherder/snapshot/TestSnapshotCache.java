package io.duckherder.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Things that are read once. */
final class TestSnapshotCache {
  private final SnapshotCache<String, Integer> cache = new SnapshotCache<>(2);
  private final List<String> read = new ArrayList<>();

  private int get(String key) {
    return cache.get(
        key,
        () -> {
          read.add(key);
          return key.length();
        });
  }

  @Test
  void keepsWhatWasUsedLast() {
    assertThat(get("a") + get("bb") + get("a") + get("ccc") + get("a") + get("bb")).isEqualTo(10);
    assertThat(read).containsExactly("a", "bb", "ccc", "bb");
  }

  @Test
  void whoWaitsReadsItselfIfTheOtherFails() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CompletableFuture<Integer> failing = new CompletableFuture<>();
    FutureTask<Integer> first =
        new FutureTask<>(
            () ->
                cache.get(
                    "a",
                    () -> {
                      reading.countDown();
                      return failing.join();
                    }));
    new Thread(first).start();
    reading.await();
    FutureTask<Integer> second = new FutureTask<>(() -> get("a"));
    Thread waiting = new Thread(second);
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    failing.completeExceptionally(new IllegalStateException("cancelled"));
    assertThat(second.get()).isEqualTo(1);
    assertThatThrownBy(first::get).hasRootCauseMessage("cancelled");
    assertThat(read).containsExactly("a");
  }
}
