package io.duckherder.cluster.gather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestHeldRows {
  private static final Schema SCHEMA =
      new Schema(List.of(Field.nullable("s", new ArrowType.Utf8())));

  @TempDir Path directory;
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  private ArrowRecordBatch batch(int number) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      root.allocateNew();
      VarCharVector texts = (VarCharVector) root.getVector(0);
      texts.setSafe(0, ("row " + number).getBytes(StandardCharsets.UTF_8));
      texts.setNull(1);
      root.setRowCount(2);
      return new VectorUnloader(root).getRecordBatch();
    }
  }

  private HeldRows held(HeldMemory memory) {
    return new HeldRows(memory, directory.resolve("spill"), allocator);
  }

  private List<String> drain(HeldRows held) throws InterruptedException {
    List<String> rows = new ArrayList<>();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      for (ArrowRecordBatch batch = held.take(); batch != null; batch = held.take()) {
        try (ArrowRecordBatch taken = batch) {
          new VectorLoader(root).load(taken);
        }
        assertThat(root.getVector(0).isNull(1)).isTrue();
        rows.add(String.valueOf(root.getVector(0).getObject(0)));
      }
    }
    return rows;
  }

  private static List<String> expected(int batches) {
    return IntStream.range(0, batches).mapToObj(i -> "row " + i).toList();
  }

  @Test
  void givesRowsBackInTheirOrderFromMemoryAndDisk() throws Exception {
    long each;
    try (ArrowRecordBatch one = batch(0)) {
      each = one.computeBodyLength();
    }
    for (long room : new long[] {0, 3 * each, 1 << 20}) {
      HeldMemory memory = new HeldMemory(room);
      try (HeldRows held = held(memory)) {
        IntStream.range(0, 10).forEach(i -> assertThat(held.put(batch(i))).isTrue());
        if (room == 0) {
          assertThat(allocator.getAllocatedMemory()).as("all is on disk").isZero();
        }
        assertThat(drain(held)).isEqualTo(expected(10));
      }
      assertThat(memory.reserve(room)).as("all memory is free again").isTrue();
    }
  }

  @Test
  void closingReleasesWhatWasNotTaken() throws Exception {
    HeldMemory memory = new HeldMemory(100);
    HeldRows held = held(memory);
    IntStream.range(0, 10).forEach(i -> held.put(batch(i)));
    held.close();
    assertThat(memory.reserve(100)).isTrue();
    assertThat(held.put(batch(0))).isFalse();
    assertThatThrownBy(held::take).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aDirectoryThatCannotBeMadeIsAnErrorThatNamesIt() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    try (HeldRows held = new HeldRows(new HeldMemory(0), file.resolve("spill"), allocator)) {
      assertThatThrownBy(() -> held.put(batch(0)))
          .isInstanceOf(DuckherderException.class)
          .hasMessageContaining("Cannot make a file for the rows of a query in")
          .hasMessageContaining(file.toString());
    }
    Files.delete(file);
  }
}
