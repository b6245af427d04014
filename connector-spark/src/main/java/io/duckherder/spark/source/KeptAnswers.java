package io.duckherder.spark.source;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.duckherder.wire.BatchStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Small answers that one task got of all that is read, kept for a moment. Spark runs what it sorts
 * twice, first for a sample of the keys by which it then divides the rows; DuckDB need not. Another
 * action of Spark's asks again.
 */
public final class KeptAnswers {
  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_BYTES_OF_ONE = 1 << 20;
  private static final Duration TIME = Duration.ofMinutes(1);

  private static final Cache<Key, KeptAnswer> ANSWERS =
      CacheBuilder.newBuilder()
          .maximumWeight(MOST_BYTES)
          .weigher((Key key, KeptAnswer answer) -> key.work().remaining() + answer.bytes())
          .expireAfterAccess(TIME)
          .build();

  private KeptAnswers() {}

  /**
   * The rows of a partition: those that it gave before to the same action in this JVM, or else its
   * own, to be kept once all were read. The caller closes them.
   *
   * @param action the number of Spark's action
   * @param attempt how many times the task was tried before
   */
  public static BatchStream open(
      ReadSource source, DuckherderInputPartition partition, String action, int attempt) {
    Key key = new Key(action, ByteBuffer.wrap(partition.work()));
    Optional<KeptAnswer> kept = Optional.ofNullable(ANSWERS.getIfPresent(key));
    return kept.<BatchStream>map(answer -> new KeptAnswerStream(answer, JvmMemory.ALLOCATOR))
        .orElseGet(
            () ->
                new AnswerKeeper(
                    source.open(partition, attempt),
                    MOST_BYTES_OF_ONE,
                    answer -> ANSWERS.put(key, answer)));
  }

  /** The work of a partition names the query, as planned once, and its snapshot. */
  private record Key(String action, ByteBuffer work) {}
}
