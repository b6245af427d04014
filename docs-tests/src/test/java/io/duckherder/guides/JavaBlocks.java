package io.duckherder.guides;

import static org.assertj.core.api.Assertions.assertThat;

import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Runs Java as it stands in a page: statements without a class around them. */
final class JavaBlocks {
  private JavaBlocks() {}

  static void run(String text) {
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      for (String jar : classPath().split(":", -1)) {
        shell.addToClasspath(jar);
      }
      String rest = text;
      while (!rest.isBlank()) {
        CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
        for (SnippetEvent event : shell.eval(next.source())) {
          require(shell, event, next.source());
        }
        rest = next.remaining();
      }
    }
  }

  private static void require(JShell shell, SnippetEvent event, String source) {
    String errors =
        String.join("\n", shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList());
    assertThat(event.status()).as("%s%n%s", source, errors).isEqualTo(Snippet.Status.VALID);
    if (event.exception() != null) {
      throw new AssertionError("Failed: " + source, event.exception());
    }
  }

  /** Surefire puts the class path into a jar's manifest and keeps the list apart. */
  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }
}
