package io.duckherder.cluster.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TestAdmissionQueue {
  private final AtomicInteger slots = new AtomicInteger(2);
  private final AdmissionQueue queue =
      new AdmissionQueue("queries", slots::get, Duration.ofMinutes(1));

  @Test
  void givesSlotsInTheOrderOfArrival() {
    Admission first = queue.request("a");
    Admission second = queue.request("b");
    Admission third = queue.request("c");
    Admission fourth = queue.request("d");
    assertThat(first.granted() && second.granted()).isTrue();
    assertThat(third.granted() || fourth.granted()).isFalse();
    second.close();
    assertThat(third.granted()).isTrue();
    assertThat(fourth.granted()).isFalse();
    first.close();
    third.close();
    fourth.close();
    assertThat(queue.taken()).isZero();
    assertThat(queue.waiting()).isZero();
  }

  @Test
  void aClientWithManyQueriesDoesNotKeepOthersWaiting() {
    Admission running = queue.request("greedy");
    Admission alsoRunning = queue.request("greedy");
    Admission greedy = queue.request("greedy");
    Admission modest = queue.request("modest");
    running.close();
    assertThat(modest.granted()).isTrue();
    assertThat(greedy.granted()).isFalse();
    alsoRunning.close();
    assertThat(greedy.granted()).isTrue();
  }

  @Test
  void moreSlotsLetMoreIn() {
    queue.request("a");
    queue.request("b");
    Admission third = queue.request("c");
    slots.set(3);
    queue.refresh();
    assertThat(third.granted()).isTrue();
    third.await();
  }

  @Test
  void oneThatLeavesTheQueueTakesNoSlot() {
    Admission first = queue.request("a");
    queue.request("b");
    Admission third = queue.request("c");
    Admission fourth = queue.request("d");
    third.close();
    third.close();
    first.close();
    assertThat(fourth.granted()).isTrue();
    assertThat(queue.taken()).isEqualTo(2);
  }

  @Test
  void aCancelledOneStopsWaiting() {
    queue.request("a");
    queue.request("b");
    Admission third = queue.request("c");
    third.cancel();
    assertThatThrownBy(third::await)
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.QUERY_CANCELLED));
    third.close();
    assertThat(queue.taken()).isEqualTo(2);
    assertThat(queue.waiting()).isZero();
  }

  @Test
  void oneThatWaitsForTooLongIsToldWhy() {
    AdmissionQueue impatient = new AdmissionQueue("queries", () -> 1, Duration.ofMillis(1));
    impatient.request("a");
    Admission second = impatient.request("b");
    assertThatThrownBy(second::await)
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> {
              assertThat(e.code()).isEqualTo(StandardErrorCode.QUEUE_TIMEOUT);
              assertThat(e.code().retryable()).isTrue();
            })
        .hasMessageContaining("queued for 1 ms")
        .hasMessageContaining("1 queries run, of at most 1, and 1 wait")
        .hasMessageContaining("--max-queries");
  }
}
