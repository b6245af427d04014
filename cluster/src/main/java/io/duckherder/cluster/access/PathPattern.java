package io.duckherder.cluster.access;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A path with wildcards. What it may match is told generously: from a bracket, brace or backslash
 * on, a part may be anything.
 *
 * @param folder the part before the first wildcard
 * @param parts the others
 */
record PathPattern(Path folder, List<String> parts) {
  private static final String WILDCARDS = "*?[{";
  private static final Pattern DATA =
      Pattern.compile(
          "[^\\[{\\\\]*\\.(parquet|csv|tsv|json|jsonl|ndjson)(\\.gz|\\.zst)?",
          Pattern.CASE_INSENSITIVE);

  PathPattern {
    parts = List.copyOf(parts);
  }

  static boolean isOne(String text) {
    return text.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
  }

  static PathPattern of(String text) {
    List<String> fixed = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (String part : text.split("/", -1)) {
      (parts.isEmpty() && !isOne(part) ? fixed : parts).add(part);
    }
    String folder = String.join("/", fixed);
    return new PathPattern(
        Path.of(folder.isEmpty() && text.startsWith("/") ? "/" : folder),
        parts.stream().filter(part -> !part.isEmpty() && !part.equals(".")).toList());
  }

  /**
   * Whether it may match a file.
   *
   * @param steps from the folder of this to the file
   */
  boolean mayMatch(List<String> steps) {
    return reach(0, steps, 0, false);
  }

  /**
   * Whether it may match something in a folder of the server's, where no file is called as files of
   * data are.
   *
   * @param steps from the folder of this to that one
   */
  boolean mayReachInto(List<String> steps) {
    return !DATA.matcher(parts.get(parts.size() - 1)).matches() && reach(0, steps, 0, true);
  }

  private boolean reach(int part, List<String> steps, int step, boolean into) {
    if (step == steps.size()) {
      return into
          ? part < parts.size()
          : parts.subList(part, parts.size()).stream().allMatch(more -> more.contains("**"));
    }
    if (part == parts.size()) {
      return false;
    }
    if (parts.get(part).contains("**")) {
      return reach(part + 1, steps, step, into) || reach(part, steps, step + 1, into);
    }
    return expression(parts.get(part)).matcher(steps.get(step)).matches()
        && reach(part + 1, steps, step + 1, into);
  }

  private static Pattern expression(String part) {
    StringBuilder expression = new StringBuilder();
    for (char c : part.toCharArray()) {
      switch (c) {
        case '*' -> expression.append(".*");
        case '?' -> expression.append('.');
        case '[', '{', '\\' -> {
          return Pattern.compile(expression.append(".*").toString(), Pattern.DOTALL);
        }
        default -> expression.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(expression.toString(), Pattern.DOTALL);
  }
}
