package io.duckherder.worker.engine;

import java.nio.file.Files;
import java.nio.file.Path;

/** A program that makes a spill folder with a file in it, prints its path and waits. */
final class HoldSpillFolder {
  private HoldSpillFolder() {}

  public static void main(String[] arguments) throws Exception {
    Path made = new SpillFolder(Path.of(arguments[0])).make();
    Files.writeString(made.resolve("spilled"), "rows");
    System.out.println(made);
    while (System.in.read() >= 0) {
      // Until whoever started it ends.
    }
  }
}
