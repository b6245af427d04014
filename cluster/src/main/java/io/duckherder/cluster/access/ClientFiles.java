package io.duckherder.cluster.access;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Decides about the files that statements of clients name: those in the folders that the operator
 * opened are theirs, but for what the server keeps there.
 *
 * <p>DuckDB's own lock does not do. It opens every attached database, its log and the spill folder
 * to SQL, since DuckDB itself has to reach them. A statement could write into the log of a live
 * database, or read it, and closing it then drops the lock of the process on the file.
 */
public final class ClientFiles {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.\\-]*:.*");
  private static final Pattern FILE_SCHEME =
      Pattern.compile("file:(//(localhost)?)?(?=/)", Pattern.CASE_INSENSITIVE);

  /** What the names of files beside a database file end with. */
  private static final List<String> BESIDE =
      List.of(
          "",
          ".wal",
          ".wal.checkpoint",
          ".wal.recovery",
          ".tmp",
          ".restore",
          ".restoring",
          ".restored");

  private static final String SNAPSHOTS = ".snapshots";

  private final List<Path> allowed;
  private final Supplier<ServerFiles> server;

  /**
   * Rules.
   *
   * @param allowed folders that the operator opened
   * @param server what is the server's now
   */
  public ClientFiles(List<Path> allowed, Supplier<ServerFiles> server) {
    this.allowed = List.copyOf(allowed);
    this.server = server;
  }

  /**
   * Fails unless a client may read a file, or all files that a pattern matches. A link that a
   * wildcard finds in an opened folder was opened with it.
   */
  public void requireReadable(String text) {
    String path = local("read", text);
    if (!PathPattern.isOne(path)) {
      requireOpen("read", text, places("read", path));
      return;
    }
    PathPattern pattern = pattern(text, path);
    Set<Path> folders = places("read", pattern.folder().toString());
    if (folders.stream().anyMatch(folder -> !isAllowed(folder))) {
      throw closed("read", text);
    }
    requireNoServerFile(text, pattern, folders);
  }

  /**
   * Fails unless a client may write a file, or a folder of files, which may replace what is in the
   * folder.
   */
  public void requireWritable(String text) {
    String path = local("write", text);
    Set<Path> places = places("write", path);
    requireOpen("write", text, places);
    ServerFiles files = server.get();
    for (Path place : places) {
      boolean holds =
          files.files().stream().anyMatch(file -> real(file).startsWith(place))
              || files.folders().stream().anyMatch(folder -> real(folder).startsWith(place));
      // DuckDB writes a file of such a name first, and renames it.
      Path before = place.resolveSibling("tmp_" + place.getFileName());
      if (holds || isServers(before, files)) {
        throw ofServer("write", text);
      }
    }
  }

  /**
   * Fails if the name of a table is the path of something that is the server's, or a link out of an
   * opened folder: where there is no such table, DuckDB looks for a file. Of other files DuckDB
   * itself refuses the closed ones.
   */
  public void requireNoServerFile(String name) {
    String path = withoutScheme(name);
    try {
      if (PathPattern.isOne(path)) {
        PathPattern pattern = PathPattern.of(path);
        requireNoServerFile(name, pattern, RealPath.all(pattern.folder()));
        return;
      }
      Path file = Path.of(path);
      if (path.indexOf('/') < 0 && !Files.exists(file)) {
        return;
      }
      Path told = file.toAbsolutePath().normalize();
      boolean opened =
          allowed.stream().anyMatch(folder -> told.startsWith(folder.toAbsolutePath().normalize()));
      ServerFiles files = server.get();
      for (Path place : RealPath.all(file)) {
        if (isServers(place, files)) {
          throw ofServer("read", name);
        }
        if (opened && !isAllowed(place)) {
          throw closed("read", name);
        }
      }
    } catch (IOException | InvalidPathException e) {
      // DuckDB finds no file under such a name either.
      return;
    }
  }

  private void requireNoServerFile(String text, PathPattern pattern, Set<Path> folders) {
    boolean back = pattern.parts().stream().anyMatch(".."::equals);
    ServerFiles files = server.get();
    for (Path folder : folders) {
      boolean inside = isServers(folder, files);
      boolean matches =
          files.files().stream().anyMatch(file -> mayMatch(pattern, folder, file))
              || files.folders().stream().anyMatch(kept -> mayReachInto(pattern, folder, kept));
      if (back || inside || matches) {
        throw ofServer("read", text);
      }
    }
  }

  private static boolean mayMatch(PathPattern pattern, Path folder, Path file) {
    Path real = real(file);
    String name = String.valueOf(real.getFileName());
    return BESIDE.stream()
            .anyMatch(
                ending ->
                    steps(folder, real.resolveSibling(name + ending))
                        .filter(pattern::mayMatch)
                        .isPresent())
        || mayReachInto(pattern, folder, real.resolveSibling(name + SNAPSHOTS));
  }

  private static boolean mayReachInto(PathPattern pattern, Path folder, Path kept) {
    return steps(folder, real(kept)).filter(pattern::mayReachInto).isPresent();
  }

  /** The names from a folder to what is somewhere in it. */
  private static Optional<List<String>> steps(Path folder, Path file) {
    return file.startsWith(folder)
        ? Optional.of(
            StreamSupport.stream(folder.relativize(file).spliterator(), false)
                .map(Path::toString)
                .toList())
        : Optional.empty();
  }

  private void requireOpen(String what, String text, Set<Path> places) {
    ServerFiles files = server.get();
    for (Path place : places) {
      if (isServers(place, files)) {
        throw ofServer(what, text);
      }
      if (!isAllowed(place)) {
        throw closed(what, text);
      }
    }
  }

  private boolean isAllowed(Path place) {
    return allowed.stream().anyMatch(folder -> place.startsWith(real(folder)));
  }

  private static boolean isServers(Path place, ServerFiles files) {
    return files.folders().stream().anyMatch(folder -> place.startsWith(real(folder)))
        || files.files().stream().anyMatch(file -> isOf(place, real(file)));
  }

  private static boolean isOf(Path place, Path file) {
    Path folder = file.getParent();
    if (folder != null
        && place.startsWith(folder)
        && place.getNameCount() > folder.getNameCount()) {
      String name = place.getName(folder.getNameCount()).toString();
      String own = String.valueOf(file.getFileName());
      if (name.equals(own) || name.startsWith(own + ".")) {
        return true;
      }
    }
    return isSame(place, file);
  }

  /** Whether both are names of one file. */
  private static boolean isSame(Path place, Path file) {
    try {
      return Files.exists(place) && Files.isSameFile(place, file);
    } catch (IOException e) {
      return false;
    }
  }

  private static Path real(Path path) {
    try {
      return RealPath.of(path);
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  /** The path that a text means on this machine. */
  private String local(String what, String text) {
    String path = withoutScheme(text);
    if (path.startsWith("~") || SCHEME.matcher(path).matches()) {
      throw closed(what, text);
    }
    return path;
  }

  private static String withoutScheme(String text) {
    return FILE_SCHEME.matcher(text).replaceFirst("");
  }

  private PathPattern pattern(String text, String path) {
    try {
      return PathPattern.of(path);
    } catch (InvalidPathException e) {
      throw closed("read", text);
    }
  }

  private Set<Path> places(String what, String path) {
    try {
      return RealPath.all(Path.of(path));
    } catch (IOException | InvalidPathException e) {
      throw closed(what, path);
    }
  }

  private DuckherderException closed(String what, String path) {
    return new DuckherderException(
        StandardErrorCode.PERMISSION_DENIED,
        "Cannot %s \"%s\": %s"
            .formatted(
                what,
                path,
                allowed.isEmpty()
                    ? "no folder is open to SQL; the operator opens one with --allow-path"
                    : "it is in none of the folders that the operator opened with --allow-path"));
  }

  private static DuckherderException ofServer(String what, String path) {
    return new DuckherderException(
        StandardErrorCode.PERMISSION_DENIED,
        "Cannot %s \"%s\": it is, or may reach, a database file or another file of the server; choose another folder of --allow-path"
            .formatted(what, path));
  }
}
