package io.duckherder.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.duckherder.error.DuckherderException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestHostLocks {
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @TempDir private Path temp;

  @Test
  void aLockThatAnotherClassLoaderHoldsCostsOneChannelHoweverOftenItIsTried() throws Exception {
    assumeThat(OPEN_FILES).exists();
    Path file = temp.resolve("slot-1.lock");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> HostLocks.PROCESS.tryExclusive(file))
            .isInstanceOf(DuckherderException.class)
            .hasMessageContaining("two class loaders");
        // It stays open: closing it would drop the other's lock.
        assertThat(opened(file)).isEqualTo(2);
      }
      assertThat(lock.isValid()).isTrue();
    }
    assertThat(HostLocks.PROCESS.tryExclusive(file)).isTrue();
    HostLocks.PROCESS.release(file);
    assertThat(opened(file)).isZero();
  }

  private static long opened(Path file) throws IOException {
    try (Stream<Path> links = Files.list(OPEN_FILES)) {
      return links.filter(link -> isTo(link, file)).count();
    }
  }

  private static boolean isTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file.toRealPath());
    } catch (IOException e) {
      // It is closed by now.
      return false;
    }
  }
}
