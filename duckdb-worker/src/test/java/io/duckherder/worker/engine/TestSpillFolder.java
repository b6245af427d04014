package io.duckherder.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose spill folders are deleted. */
final class TestSpillFolder {
  @TempDir Path directory;

  @Test
  void deletesWhatAKilledProcessLeft() throws Exception {
    Path parent = directory.resolve("spill");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    HoldSpillFolder.class.getName(),
                    parent.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      Path folder = Path.of(process.inputReader().readLine());
      SpillFolder.sweep(parent);
      assertThat(folder.resolve("spilled")).exists();

      process.destroyForcibly().waitFor();
      assertThat(folder.resolve("spilled")).exists();
      SpillFolder.sweep(parent);
      assertThat(parent).doesNotExist();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void leavesTheFoldersOfItsOwnProcess() throws IOException {
    SpillFolder first = new SpillFolder(directory.resolve("spill"));
    SpillFolder second = new SpillFolder(directory.resolve("spill"));
    Path folder = first.make();
    second.make();
    SpillFolder.sweep(directory.resolve("spill"));
    assertThat(folder).exists();
    first.delete();
    assertThat(folder).doesNotExist();
    assertThat(directory.resolve("spill")).exists();
    second.delete();
    assertThat(directory.resolve("spill")).doesNotExist();
    assertThat(directory).isEmptyDirectory();
  }
}
