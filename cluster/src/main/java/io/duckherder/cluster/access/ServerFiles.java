package io.duckherder.cluster.access;

import java.nio.file.Path;
import java.util.Set;

/**
 * What the server itself keeps on disk, and SQL of clients must leave alone wherever it lies.
 *
 * @param files database files and the like; what is beside one under its name with something after
 *     a dot, a log or a snapshot store, belongs to it
 * @param folders everything in them
 */
public record ServerFiles(Set<Path> files, Set<Path> folders) {
  public ServerFiles {
    files = Set.copyOf(files);
    folders = Set.copyOf(folders);
  }
}
