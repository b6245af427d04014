package io.duckherder.wire.replication;

import io.duckherder.wire.replication.StoreDescription.Folder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Tells whether two processes see one folder. They do if they run on one system, as its boot tells,
 * and the folder has the same device and number for both; a path alone says nothing.
 */
public final class HostFolders {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private HostFolders() {}

  /** What tells this host from others, and from itself after a restart. */
  public static String host() {
    try {
      return Files.readString(BOOT).strip();
    } catch (IOException e) {
      return hostName();
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }

  /** What tells a folder from others of its host. */
  public static Folder describe(Path folder) throws IOException {
    Path path = folder.toRealPath();
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    return new Folder(path.toString(), String.valueOf(key));
  }

  /** Whether this process sees that very folder of a process on a host. */
  public static boolean isHere(String host, Folder folder) {
    try {
      return !host.isEmpty()
          && host.equals(host())
          && !folder.key().equals("null")
          && describe(Path.of(folder.path())).equals(folder);
    } catch (IOException e) {
      return false;
    }
  }
}
