package io.duckherder.benchmarks.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** The answer to each small query as the cluster gave it once, for the empty server to repeat. */
final class AnswerFiles {
  private final Path folder;

  AnswerFiles(Path folder) {
    this.folder = folder;
  }

  /** Keeps the one batch of an answer. */
  void write(SmallQuery query, FlightStream answer) throws IOException {
    Files.createDirectories(folder);
    try (OutputStream file = Files.newOutputStream(file(query));
        ArrowStreamWriter writer = new ArrowStreamWriter(answer.getRoot(), null, file)) {
      if (!answer.next() || answer.getRoot().getRowCount() != 1) {
        throw new IllegalStateException("%s does not give one row".formatted(query));
      }
      writer.writeBatch();
    }
  }

  /** A reader whose root holds the answer; the caller closes it. */
  ArrowStreamReader open(SmallQuery query, BufferAllocator allocator) throws IOException {
    InputStream file = Files.newInputStream(file(query));
    ArrowStreamReader reader = new ArrowStreamReader(file, allocator);
    reader.loadNextBatch();
    return reader;
  }

  private Path file(SmallQuery query) {
    return folder.resolve(query + ".arrows");
  }
}
