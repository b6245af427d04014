package io.duckherder.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One Spark for all test classes of the JVM, and after each test the check that the connector holds
 * no Arrow memory.
 */
final class SparkExtension implements BeforeAllCallback, AfterEachCallback {
  static SparkSession spark() {
    return SparkSession.active();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent("spark", key -> new RunningSpark(), RunningSpark.class);
    // A class before may have left a session of its own, with other settings, and views.
    SparkSession session = SparkSession.getDefaultSession().get();
    SparkSession.setActiveSession(session);
    ((org.apache.spark.sql.classic.SparkSession) session)
        .sessionState()
        .catalog()
        .clearTempTables();
  }

  @Override
  public void afterEach(ExtensionContext context) throws ReflectiveOperationException {
    assertThat(allocatedBytes()).as("Arrow memory that nobody closed").isZero();
  }

  /** The connector keeps its allocator to itself. */
  static long allocatedBytes() throws ReflectiveOperationException {
    var field = Class.forName("io.duckherder.spark.source.JvmMemory").getDeclaredField("ALLOCATOR");
    field.setAccessible(true);
    Object allocator = field.get(null);
    return (long) allocator.getClass().getMethod("getAllocatedMemory").invoke(allocator);
  }

  /** Closes the files that no task reads now, as time would. */
  static void closeIdleFiles() throws ReflectiveOperationException {
    var field = Class.forName("io.duckherder.spark.source.LocalEngine").getDeclaredField("ENGINES");
    field.setAccessible(true);
    for (Object local : ((Map<?, ?>) field.get(null)).values()) {
      var method = local.getClass().getDeclaredMethod("engine");
      method.setAccessible(true);
      Object engine = method.invoke(local);
      engine.getClass().getMethod("closeIdle").invoke(engine);
    }
  }

  private static final class RunningSpark implements ExtensionContext.Store.CloseableResource {
    private final SparkSession session =
        SparkSession.builder()
            .master("local[2, 4]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "America/New_York")
            .config("spark.sql.datetime.java8API.enabled", "true")
            .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"))
            .getOrCreate();

    @Override
    public void close() {
      session.stop();
    }
  }
}
