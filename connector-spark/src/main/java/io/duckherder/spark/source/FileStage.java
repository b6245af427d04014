package io.duckherder.spark.source;

import io.duckherder.worker.staging.StagedFile;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Stages rows in a file of its own, beside the database's. */
final class FileStage implements TaskStage {
  private final StagedFile file;
  private final VectorSchemaRoot root;

  FileStage(StagedFile file, VectorSchemaRoot root) {
    this.file = file;
    this.root = root;
  }

  @Override
  public void write() {
    file.write(root);
  }

  @Override
  public void finish() {
    file.finish();
  }

  @Override
  public void close() {
    file.close();
  }
}
