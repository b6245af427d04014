package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;

/** The duckdb_jdbc that Duckherder is built for, and the check that it is there. */
public final class DriverVersion {
  /** The one version that fits: see the comment in the parent POM. */
  public static final String REQUIRED = "2.0.0.1";

  private static final String ENGINE = "v2.0.0";

  private static volatile boolean found;

  private DriverVersion() {}

  /** Fails in one clear line if duckdb_jdbc is absent or of another version. */
  public static void require() {
    // To ask starts a DuckDB; and a class path that had the right one keeps it.
    if (!found) {
      check();
      found = true;
    }
  }

  private static void check() {
    String version;
    try {
      Class<?> driver = Class.forName("org.duckdb.DuckDBDriver");
      driver.getDeclaredConstructor().newInstance();
      version = EngineProbe.version();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot find duckdb_jdbc on the class path: add org.duckdb:duckdb_jdbc:"
              + REQUIRED
              + ", with --packages or --jars in Spark",
          e);
    }
    if (!version.equals(ENGINE)) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot use duckdb_jdbc of DuckDB %s on the class path: Duckherder needs version %s"
              .formatted(version, REQUIRED));
    }
  }
}
