package io.duckherder.guides;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A command of a console block, and what has to come of it.
 *
 * @param command what stands after the prompt, and on the lines after it that begin with {@code >}
 * @param output the lines that follow; {@code ...} stands for any lines, or for any part of one
 */
record ConsoleStep(String command, List<String> output) {
  private static final String ANY = "...";

  ConsoleStep {
    output = List.copyOf(output);
  }

  static List<ConsoleStep> of(CodeBlock block) {
    List<ConsoleStep> steps = new ArrayList<>();
    StringBuilder command = new StringBuilder();
    List<String> output = new ArrayList<>();
    for (String line : block.text()) {
      if (line.startsWith("$ ")) {
        add(steps, command, output);
        command.append(line.substring(2));
      } else if (line.startsWith("> ")) {
        command.append('\n').append(line.substring(2));
      } else {
        output.add(line.stripTrailing());
      }
    }
    add(steps, command, output);
    return steps;
  }

  private static void add(List<ConsoleStep> steps, StringBuilder command, List<String> output) {
    if (command.length() > 0) {
      steps.add(new ConsoleStep(command.toString(), output));
    }
    command.setLength(0);
    output.clear();
  }

  /** Whether what came is what the page shows; a page that shows nothing takes anything. */
  boolean matches(String came) {
    if (output.isEmpty()) {
      return true;
    }
    StringBuilder pattern = new StringBuilder();
    for (String line : output) {
      if (line.strip().equals(ANY)) {
        pattern.append("(.*\n)*?");
      } else {
        List<String> parts = List.of(line.split(Pattern.quote(ANY), -1));
        pattern.append(String.join(".*", parts.stream().map(Pattern::quote).toList()));
        pattern.append(" *\n");
      }
    }
    return Pattern.matches(pattern.toString(), came.stripTrailing() + "\n");
  }
}
