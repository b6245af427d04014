package io.duckherder.worker.engine;

/** How an engine gets at an external file. */
public enum FileAccess {
  /** At its path, or not at all. */
  IN_PLACE,
  /** At its path if the very file is there, else as a copy. */
  IN_PLACE_OR_COPY,
  /** As a copy, whatever is at its path. */
  COPY
}
