package io.duckherder.guides;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of code in a page.
 *
 * @param line of the page at which it begins, from 1
 * @param language as the fence names it
 * @param text its lines
 * @param notRun why it cannot run, if it cannot
 */
record CodeBlock(int line, String language, List<String> text, Optional<String> notRun) {
  private static final Pattern FENCE = Pattern.compile("( *)```(.*)");
  private static final Pattern NOT_RUN = Pattern.compile(" *<!-- not run: (.+) -->");

  CodeBlock {
    text = List.copyOf(text);
  }

  /** The blocks of a page, in its order. */
  static List<CodeBlock> of(Path page) throws IOException {
    List<String> lines = Files.readAllLines(page);
    List<CodeBlock> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      if (fence.matches()) {
        int indent = fence.group(1).length();
        List<String> text = new ArrayList<>();
        int start = i;
        while (!lines.get(++i).strip().equals("```")) {
          String line = lines.get(i);
          text.add(line.substring(Math.min(indent, line.length())));
        }
        blocks.add(new CodeBlock(start + 1, fence.group(2).strip(), text, notRun(lines, start)));
      }
    }
    return blocks;
  }

  private static Optional<String> notRun(List<String> lines, int fence) {
    int before = fence - 1;
    while (before > 0 && lines.get(before).isBlank()) {
      before--;
    }
    Matcher reason = NOT_RUN.matcher(before < 0 ? "" : lines.get(before));
    return reason.matches() ? Optional.of(reason.group(1)) : Optional.empty();
  }

  /** Its lines as one text. */
  String joined() {
    return String.join("\n", text) + "\n";
  }
}
