package io.duckherder.spark.source;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SQLExecution;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Names what is read at one state of the databases: all that one action of Spark reads, up to a
 * write that it does itself. What comes after that, the table that a write fills a cache with or
 * the next query of a {@code foreachBatch}, has to see it. Driver-only, safe for use by many
 * threads.
 */
final class ActionGroups {
  static final ActionGroups PROCESS = new ActionGroups();

  /** Under which Spark keeps the number of the action that a thread works for. */
  private static final String EXECUTION = "spark.sql.execution.id";

  /** The same, of the action that another is part of. */
  private static final String ROOT_EXECUTION = "spark.sql.execution.root.id";

  private static final int REMEMBERED = 10_000;

  /** Tells this Spark's actions from those of others. */
  private final String jvm = UUID.randomUUID().toString();

  /** By the numbers of actions that are part of no other: how often they and their parts wrote. */
  private final Cache<String, Long> writes =
      CacheBuilder.newBuilder().maximumSize(REMEMBERED).build();

  /** By the numbers of actions. One keeps its name though another thread of its root writes. */
  private final Cache<String, String> names =
      CacheBuilder.newBuilder().maximumSize(REMEMBERED).build();

  private ActionGroups() {}

  /** The name for reads of the action that this thread works for, if it works for one. */
  Optional<String> current() {
    return action()
        .map(action -> names.asMap().computeIfAbsent(action.number(), number -> name(action)));
  }

  private String name(Action action) {
    Long written = writes.getIfPresent(action.root());
    return jvm + "-" + action.root() + (written == null ? "" : "-" + written);
  }

  /** Takes note of a write of the action that this thread works for. */
  void written() {
    action()
        .ifPresent(
            action -> {
              writes.asMap().merge(action.root(), 1L, Long::sum);
              names.invalidate(action.number());
              names.invalidate(action.root());
            });
  }

  /**
   * @param number Spark's number of the action
   * @param root the number of the one that it is part of, or its own
   */
  private record Action(String number, String root) {}

  private static Optional<Action> action() {
    Option<SparkSession> active = SparkSession.getActiveSession();
    if (active.isEmpty()) {
      return Optional.empty();
    }
    SparkContext spark = active.get().sparkContext();
    return running(spark.getLocalProperty(EXECUTION))
        .map(
            number ->
                new Action(number, running(spark.getLocalProperty(ROOT_EXECUTION)).orElse(number)));
  }

  /** Threads inherit the numbers of the action that started them, and keep them when it is over. */
  private static Optional<String> running(@Nullable String number) {
    return Optional.ofNullable(number)
        .filter(found -> SQLExecution.getQueryExecution(Long.parseLong(found)) != null);
  }
}
