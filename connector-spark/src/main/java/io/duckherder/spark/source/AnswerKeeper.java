package io.duckherder.spark.source;

import io.duckherder.wire.BatchStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/** Passes rows on, and copies them as long as they are few. */
final class AnswerKeeper implements BatchStream {
  private final BatchStream rows;
  private final int mostBytes;
  private final Consumer<KeptAnswer> keep;
  private final List<byte[]> batches = new ArrayList<>();
  private int bytes;
  private boolean few = true;

  /**
   * A stream.
   *
   * @param rows which it owns
   * @param mostBytes above which it copies no more
   * @param keep takes the copy once all rows were read
   */
  AnswerKeeper(BatchStream rows, int mostBytes, Consumer<KeptAnswer> keep) {
    this.rows = rows;
    this.mostBytes = mostBytes;
    this.keep = keep;
  }

  @Override
  public boolean next() {
    if (!rows.next()) {
      if (few) {
        few = false;
        keep.accept(new KeptAnswer(rows.schema(), batches));
      }
      return false;
    }
    copy(rows.root());
    return true;
  }

  private void copy(VectorSchemaRoot root) {
    few = few && rows.dictionaries().isEmpty() && size(root) <= mostBytes - bytes;
    if (!few) {
      batches.clear();
      return;
    }
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
        WriteChannel channel = new WriteChannel(Channels.newChannel(copy))) {
      MessageSerializer.serialize(channel, batch);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy a batch in memory", e);
    }
    batches.add(copy.toByteArray());
    bytes += copy.size();
  }

  private static long size(VectorSchemaRoot root) {
    return root.getFieldVectors().stream().mapToLong(vector -> vector.getBufferSize()).sum();
  }

  @Override
  public Schema schema() {
    return rows.schema();
  }

  @Override
  public VectorSchemaRoot root() {
    return rows.root();
  }

  @Override
  public Map<Long, Dictionary> dictionaries() {
    return rows.dictionaries();
  }

  @Override
  public int retries() {
    return rows.retries();
  }

  @Override
  public long workNanos() {
    return rows.workNanos();
  }

  @Override
  public void cancel() {
    rows.cancel();
  }

  @Override
  public void close() {
    rows.close();
  }
}
