package io.duckherder.cluster.sql;

import io.duckherder.cluster.catalog.ColumnSchemas;
import io.duckherder.cluster.gather.GatheredStream;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.cluster.sql.KnownReads.Conditions;
import io.duckherder.error.DuckherderException;
import io.duckherder.plan.Fragment;
import io.duckherder.session.ExecutionSettings.Mode;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import io.duckherder.worker.engine.SmallLimits;
import io.duckherder.worker.engine.SmallResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Small reads: the driver runs them itself, while the client waits for its ticket, and holds their
 * rows until it comes with it. What was found out about a text is kept, never its rows. A read that
 * fails here, takes too long or gives too much is left to the way of all others, which tells its
 * error; so is every read while too many small ones run.
 */
final class SmallReads {
  private static final SmallLimits LIMITS = new SmallLimits(1L << 20, Duration.ofMillis(500));
  private static final long PATIENCE_MILLIS = 2_000;
  private static final long READ_AHEAD = 16L << 20;

  private final DuckDBEngine engine;
  private final SmallReadRules rules;
  private final Membership membership;
  private final HeldResults held;
  private final Executor executor;
  private final BufferAllocator allocator;
  private final KnownReads known = new KnownReads();
  private final Semaphore slots =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

  SmallReads(
      DuckDBEngine engine,
      SmallReadRules rules,
      Membership membership,
      HeldResults held,
      Executor executor,
      BufferAllocator allocator) {
    this.engine = engine;
    this.rules = rules;
    this.membership = membership;
    this.held = held;
    this.executor = executor;
    this.allocator = allocator;
  }

  /** The answer to a text that is known as a small read. */
  Optional<StatementResult> find(String text, StatementContext context) {
    return isOpen(text, context)
        ? known.find(text, Conditions.of(context)).flatMap(read -> run(read, context))
        : Optional.empty();
  }

  /** The schema of a text that was run as a small read. */
  Optional<Schema> schema(String text, StatementContext context) {
    return isOpen(text, context)
        ? known
            .find(text, Conditions.of(context))
            .filter(KnownRead::isSmall)
            .flatMap(KnownRead::schema)
        : Optional.empty();
  }

  /** The answer to a read that was not known, if it is found to be small. */
  Optional<StatementResult> consider(String text, Read read, StatementContext context) {
    if (!isOpen(text, context) || !read.parameters().isEmpty()) {
      return Optional.empty();
    }
    KnownRead judged;
    try (EngineConnection connection = engine.connect(context.snapshot(), context.settings())) {
      judged = rules.judge(connection, read, context);
    } catch (DuckherderException e) {
      return Optional.empty();
    }
    known.add(text, Conditions.of(context), judged);
    return run(judged, context);
  }

  /** Temporary objects are known on the session's own connection only. */
  private static boolean isOpen(String text, StatementContext context) {
    return context.execution().mode() == Mode.AUTO
        && KnownReads.accepts(text)
        && context.local().isEmpty();
  }

  private Optional<StatementResult> run(KnownRead read, StatementContext context) {
    if (!read.isSmall() || (read.readsTables() && membership.all().isEmpty())) {
      return Optional.empty();
    }
    return runNow(read, context).map(result -> answer(read, result, context));
  }

  private Optional<SmallResult> runNow(KnownRead read, StatementContext context) {
    try {
      if (!slots.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    try {
      Optional<SmallResult> result =
          engine.runSmall(
              context.snapshot(), context.settings(), read.sql(), LIMITS, read.comesAgain());
      if (result.isEmpty()) {
        read.outgrow();
      } else {
        read.succeed();
      }
      return result;
    } catch (DuckherderException e) {
      read.fail();
      return Optional.empty();
    } finally {
      slots.release();
    }
  }

  private StatementResult answer(KnownRead read, SmallResult result, StatementContext context) {
    Schema schema =
        read.schema().orElseGet(() -> ColumnSchemas.describe(result.schema(), result.columns()));
    read.schema(schema);
    return StatementResult.ofDriver(
        schema,
        held.hold(schema, result.batch(), () -> runAgain(schema, read.sql(), context), allocator));
  }

  private GatheredStream runAgain(Schema schema, String sql, StatementContext context) {
    Fragment fragment =
        new Fragment(
            context.queryId(),
            0,
            context.snapshot(),
            context.settings(),
            sql,
            Optional.empty(),
            false);
    return new GatheredStream(
        schema,
        List.of(fragment),
        (one, attempt) -> engine.run(one),
        new GatheredStream.Window(1, READ_AHEAD),
        executor,
        allocator);
  }
}
