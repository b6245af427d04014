package io.duckherder.spark.option;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.internal.SQLConf;
import scala.jdk.javaapi.CollectionConverters;

/** Options that a session sets for all its reads, as {@value #PREFIX} and the option's name. */
public final class SessionOptions {
  private static final String PREFIX = "spark.datasource.duckherder.";

  private SessionOptions() {}

  /** Those of the session that plans now. */
  public static Map<String, String> ofActive() {
    Map<String, String> options = new LinkedHashMap<>();
    CollectionConverters.asJava(SQLConf.get().getAllConfs())
        .forEach(
            (key, value) -> {
              if (key.startsWith(PREFIX)) {
                options.put(key.substring(PREFIX.length()), value);
              }
            });
    return options;
  }
}
