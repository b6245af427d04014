package io.duckherder.worker.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.write.StagedPart;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestStagingFolder {
  private static final String JOB = "job";
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @TempDir Path root;

  private final BufferAllocator allocator = new RootAllocator();
  private StagingFolder folder;

  @BeforeEach
  void begin() {
    folder = new StagingFolder(root.resolve("staging"));
    folder.begin(JOB);
  }

  @AfterEach
  void close() {
    folder.drop(JOB);
    allocator.close();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void givesTheRowsOfAllParts() {
    StagedPart first = stage(0, 3);
    StagedPart second = stage(1, 2);
    assertThat(rows(List.of(first, second))).isEqualTo(2 * (3 + 2));
  }

  /** Batches are whole, and one is missing: only the mark at the end tells. */
  @Test
  void findsThatAFileEndsTooEarly() throws Exception {
    StagedPart part = stage(0, 3);
    Path file = root.resolve("staging").resolve(JOB).resolve("0-0.arrow");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - Long.BYTES);
    }
    assertThatThrownBy(() -> rows(List.of(part)))
        .isInstanceOf(DuckherderException.class)
        .hasMessageContaining("their file ends too early");
  }

  @Test
  void findsThatAFileIsGone() {
    assertThatThrownBy(() -> rows(List.of(new StagedPart(7, 0))))
        .isInstanceOf(DuckherderException.class)
        .hasMessageContaining("the rows of its task 7 are not staged any more");
  }

  @Test
  void keepsNothingOpenOfAFileThatDoesNotFit() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    assumeThat(OPEN_FILES).exists();
    Path part = Files.createSymbolicLink(root.resolve("staging/job/0-0.part"), full);
    assertThatThrownBy(
            () -> StagedFile.create(part, root.resolve("0-0.arrow"), new Schema(List.of())))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.OUT_OF_DISK));
    assertThat(Files.exists(part, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(opened(full)).isZero();
  }

  @Test
  void keepsNothingOpenOfAFileWithoutColumns() throws Exception {
    assumeThat(OPEN_FILES).exists();
    StagedPart part = stage(0, 3);
    Path file = root.resolve("staging").resolve(JOB).resolve("0-0.arrow");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(3);
    }
    assertThatThrownBy(() -> rows(List.of(part))).isInstanceOf(DuckherderException.class);
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

  @Test
  void keepsNothingOfAFileThatIsNotFinished() {
    try (BigIntVector ids = new BigIntVector("id", allocator);
        VectorSchemaRoot batch = VectorSchemaRoot.of(ids);
        StagedFile file = folder.create(JOB, new StagedPart(0, 0), batch.getSchema())) {
      file.write(batch);
    }
    assertThat(root.resolve("staging").resolve(JOB)).isEmptyDirectory();
  }

  /** Two batches of some rows. */
  private StagedPart stage(int task, int rows) {
    StagedPart part = new StagedPart(task, 0);
    try (BigIntVector ids = new BigIntVector("id", allocator);
        VectorSchemaRoot batch = VectorSchemaRoot.of(ids)) {
      Schema schema = batch.getSchema();
      ids.allocateNew(rows);
      for (int i = 0; i < rows; i++) {
        ids.set(i, i);
      }
      batch.setRowCount(rows);
      try (StagedFile file = folder.create(JOB, part, schema)) {
        file.write(batch);
        file.write(batch);
        file.finish();
      }
    }
    return part;
  }

  private long rows(List<StagedPart> parts) {
    long rows = 0;
    try (BatchStream stream = folder.open(JOB, parts, allocator)) {
      while (stream.next()) {
        rows += stream.root().getRowCount();
      }
    }
    return rows;
  }
}
