package io.duckherder.cluster.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The whole command line of another process, of which Java tells only the first 4 kB. */
final class CommandLines {
  private CommandLines() {}

  static String of(ProcessHandle process) {
    try {
      Path file = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
      if (Files.isReadable(file)) {
        return Files.readString(file).replace('\0', ' ');
      }
      Process ps =
          new ProcessBuilder("ps", "-ww", "-o", "args=", "-p", String.valueOf(process.pid()))
              .start();
      return new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
