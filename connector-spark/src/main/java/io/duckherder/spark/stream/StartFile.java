package io.duckherder.spark.stream;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a stream began, in its checkpoint: Spark asks again after a crash in the first batch, and
 * has to be told the same. Driver-only.
 */
public final class StartFile {
  private final Path file;
  private final Configuration configuration;

  /**
   * The file in a checkpoint.
   *
   * @param folder the source's own
   */
  public StartFile(String folder, Configuration configuration) {
    this.file = new Path(folder, "start.json");
    this.configuration = configuration;
  }

  Optional<StreamOffset> read() {
    try {
      FileSystem files = file.getFileSystem(configuration);
      if (!files.exists(file)) {
        return Optional.empty();
      }
      try (InputStream in = files.open(file)) {
        return Optional.of(StreamOffset.of(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      throw failure("read", e);
    }
  }

  /** Writes it; it is there whole or not at all. */
  void write(StreamOffset start) {
    Path part = new Path(file.getParent(), "start.json.part");
    try {
      FileSystem files = file.getFileSystem(configuration);
      files.mkdirs(file.getParent());
      try (OutputStream out = files.create(part, true)) {
        out.write(start.json().getBytes(StandardCharsets.UTF_8));
      }
      if (!files.rename(part, file)) {
        throw new IOException("it cannot be renamed");
      }
    } catch (IOException e) {
      throw failure("write", e);
    }
  }

  private DuckherderException failure(String verb, IOException e) {
    return new DuckherderException(
        StandardErrorCode.FILE_UNREADABLE,
        "Cannot %s \"%s\" of the stream's checkpoint: %s".formatted(verb, file, e.getMessage()),
        e);
  }
}
