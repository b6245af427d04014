package io.duckherder.cluster.local;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a child JVM like this one: same Java, same flags, same class path. */
public final class JavaCommand {
  private JavaCommand() {}

  /** The words that run a main class with arguments. */
  public static List<String> of(String mainClass, List<String> arguments) {
    return of(mainClass, System.getProperty("java.class.path"), arguments);
  }

  /** The words that run a main class of another class path. */
  public static List<String> of(String mainClass, String classPath, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(JavaCommand::isInherited)
        .forEach(words::add);
    words.add("-cp");
    words.add(classPath);
    words.add(mainClass);
    words.addAll(arguments);
    return words;
  }

  /** Agents and debuggers belong to one process. */
  private static boolean isInherited(String flag) {
    return !flag.startsWith("-javaagent:")
        && !flag.startsWith("-agentlib:")
        && !flag.startsWith("-agentpath:")
        && !flag.startsWith("-Xrunjdwp");
  }
}
