package io.duckherder.spark.suites;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The tests of Spark's that are not run over our catalog. In the list, a reason stands at the start
 * of a line; below it, indented, the tests, each as {@code suite: name}, where the name {@code *}
 * means all of the suite.
 */
public record NotRun(String suite, String test, String reason) {
  static final String ALL = "*";

  private static final List<NotRun> LIST = read();

  /** Whether a test of a suite is in the list. */
  public static boolean contains(Class<?> suite, String test) {
    return LIST.stream()
        .anyMatch(each -> each.suite.equals(suite.getSimpleName()) && each.test.equals(test));
  }

  /** The whole list. */
  static List<NotRun> list() {
    return LIST;
  }

  @Override
  public String toString() {
    return suite + ": " + test;
  }

  private static List<NotRun> read() {
    List<NotRun> list = new ArrayList<>();
    String reason = "";
    for (String line : text().split("\n")) {
      if (line.startsWith("  ")) {
        String[] parts = line.strip().split(": ", 2);
        list.add(new NotRun(parts[0], parts[1], reason));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        reason = line.strip();
      }
    }
    return List.copyOf(list);
  }

  private static String text() {
    try (InputStream in = NotRun.class.getResourceAsStream("/not-run.txt")) {
      if (in == null) {
        throw new IllegalStateException("The class path lacks not-run.txt");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
