package io.duckherder.cluster.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** Where a path leads: without links and without detours. */
final class RealPath {
  private RealPath() {}

  /**
   * The places that a path may stand for: with a detour over a link, {@code link/..}, the system
   * and a program that shortens the text first end in different ones.
   *
   * @throws IOException if a link in it leads nowhere
   */
  static Set<Path> all(Path path) throws IOException {
    Set<Path> places = new LinkedHashSet<>();
    places.add(of(path));
    places.add(of(path.toAbsolutePath().normalize()));
    return places;
  }

  /** The same as the system sees it; what is not there yet may be part of it. */
  static Path of(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    Path at = absolute.getRoot();
    for (Path part : absolute) {
      String name = part.toString();
      if (name.equals("..")) {
        at = at.getParent() == null ? at : at.getParent();
      } else if (!name.equals(".") && !name.isEmpty()) {
        Path next = at.resolve(part);
        at = Files.isSymbolicLink(next) ? next.toRealPath() : next;
      }
    }
    return at;
  }
}
