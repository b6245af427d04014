package io.duckherder.spark.source;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.duckherder.wire.BatchStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Small answers that one task got of a whole query, kept for a moment. Spark runs what it sorts
 * twice, first for a sample of the keys by which it then divides the rows; DuckDB need not.
 */
public final class KeptAnswers {
  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_BYTES_OF_ONE = 1 << 20;
  private static final Duration TIME = Duration.ofMinutes(1);

  /** By the work of the partition, which names the query and the snapshot. */
  private static final Cache<ByteBuffer, KeptAnswer> ANSWERS =
      CacheBuilder.newBuilder()
          .maximumWeight(MOST_BYTES)
          .weigher((ByteBuffer work, KeptAnswer answer) -> work.remaining() + answer.bytes())
          .expireAfterAccess(TIME)
          .build();

  private KeptAnswers() {}

  /**
   * The rows of a partition: those that it gave before in this JVM, or else its own, to be kept
   * once all were read. The caller closes them.
   *
   * @param attempt how many times the task was tried before
   */
  public static BatchStream open(
      ReadSource source, DuckherderInputPartition partition, int attempt) {
    ByteBuffer work = ByteBuffer.wrap(partition.work());
    Optional<KeptAnswer> kept = Optional.ofNullable(ANSWERS.getIfPresent(work));
    return kept.<BatchStream>map(answer -> new KeptAnswerStream(answer, JvmMemory.ALLOCATOR))
        .orElseGet(
            () ->
                new AnswerKeeper(
                    source.open(partition, attempt),
                    MOST_BYTES_OF_ONE,
                    answer -> ANSWERS.put(work, answer)));
  }
}
