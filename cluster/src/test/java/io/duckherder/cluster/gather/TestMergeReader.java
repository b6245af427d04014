package io.duckherder.cluster.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.plan.ResultAssembly.SortedMerge;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TestMergeReader {
  private static final Field NUMBER = Field.nullable("n", new ArrowType.Int(64, true));
  private static final Schema ANSWER = new Schema(List.of(NUMBER));
  private static final Schema PART =
      new Schema(List.of(NUMBER, Field.nullable("k", new ArrowType.Binary())));

  private final BufferAllocator allocator = new RootAllocator();
  private final Random random = new Random(20);

  @AfterEach
  void nothingIsLeft() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  /** A part that gives numbers in batches of any size; the keys are their unsigned bytes. */
  private ResultPart part(List<Long> numbers) {
    HeldRows rows = new HeldRows(new HeldMemory(1 << 30), Path.of("unused"), allocator);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(PART, allocator)) {
      for (int from = 0; from < numbers.size(); ) {
        int count = Math.min(numbers.size() - from, random.nextInt(5_000));
        root.allocateNew();
        for (int i = 0; i < count; i++) {
          long number = numbers.get(from + i);
          ((BigIntVector) root.getVector(0)).setSafe(i, number);
          byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
          ((VarBinaryVector) root.getVector(1)).setSafe(i, key);
        }
        root.setRowCount(count);
        rows.put(new VectorUnloader(root).getRecordBatch());
        from += count;
      }
    }
    ResultPart part = new ResultPart();
    part.give(rows);
    return part;
  }

  private List<Long> merge(List<List<Long>> parts, SortedMerge assembly) throws Exception {
    List<ResultPart> sources = parts.stream().map(this::part).toList();
    List<Long> merged = new ArrayList<>();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(ANSWER, allocator);
        MergeReader reader = new MergeReader(root, sources, assembly, allocator)) {
      while (reader.next()) {
        assertThat(root.getRowCount()).isPositive();
        for (int i = 0; i < root.getRowCount(); i++) {
          merged.add(((BigIntVector) root.getVector(0)).get(i));
        }
      }
    } finally {
      sources.forEach(ResultPart::close);
    }
    return merged;
  }

  /** Numbers spread at random over parts, in the order of their keys: negative ones come last. */
  private List<List<Long>> spread(int parts, int numbers, int values, int run) {
    List<List<Long>> spread = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      spread.add(new ArrayList<>());
    }
    List<Long> sorted = new ArrayList<>();
    for (int i = 0; i < numbers; i++) {
      sorted.add((long) random.nextInt(values) - values / 4);
    }
    sorted.sort(Long::compareUnsigned);
    for (int from = 0; from < numbers; ) {
      int to = Math.min(numbers, from + 1 + random.nextInt(run));
      spread.get(random.nextInt(parts)).addAll(sorted.subList(from, to));
      from = to;
    }
    return spread;
  }

  private static List<Long> sorted(List<List<Long>> parts) {
    List<Long> all = new ArrayList<>();
    parts.forEach(all::addAll);
    all.sort(Long::compareUnsigned);
    return all;
  }

  @Test
  void mergesShortAndLongRunsAndTies() throws Exception {
    for (int run : new int[] {1, 3, 900, 1_100, 20_000}) {
      for (int values : new int[] {3, 1_000_000}) {
        List<List<Long>> parts = spread(4, 60_000, values, run);
        assertThat(merge(parts, new SortedMerge(OptionalLong.empty(), 0))).isEqualTo(sorted(parts));
      }
    }
  }

  @Test
  void keepsToLimitAndOffset() throws Exception {
    for (int run : new int[] {1, 5_000}) {
      List<List<Long>> parts = spread(3, 30_000, 1_000_000, run);
      List<Long> all = sorted(parts);
      for (int offset : new int[] {0, 1, 4_999, 29_999, 30_000, 40_000}) {
        for (int limit : new int[] {0, 1, 8_192, 8_193, 30_000}) {
          assertThat(merge(parts, new SortedMerge(OptionalLong.of(limit), offset)))
              .isEqualTo(all.subList(Math.min(offset, 30_000), Math.min(offset + limit, 30_000)));
        }
      }
    }
  }

  @Test
  void emptyPartsGiveNothing() throws Exception {
    SortedMerge all = new SortedMerge(OptionalLong.empty(), 0);
    assertThat(merge(List.of(), all)).isEmpty();
    assertThat(merge(List.of(List.of(), List.of()), all)).isEmpty();
    assertThat(merge(List.of(List.of(), List.of(7L)), all))
        .isEqualTo(Collections.singletonList(7L));
  }
}
