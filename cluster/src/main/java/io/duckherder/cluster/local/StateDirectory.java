package io.duckherder.cluster.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directory in which one cluster keeps what belongs to it on this machine.
 *
 * <pre>
 * driver.json   pid and address of the running driver
 * lock          held by the running driver
 * secret        what signs tickets where no token file is given; readable by its owner only
 * logs/         driver.log, worker-1.log ..., rotated
 * spill/        what DuckDB spills
 * staging/      rows of writes that are not committed yet
 * history       statements typed into the interactive sql command
 * </pre>
 */
public final class StateDirectory {
  /** The environment variable that names the directory where no option does. */
  public static final String VARIABLE = "DUCKHERDER_HOME";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECRET_BYTES = 32;

  private final Path root;

  private StateDirectory(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** The directory that was asked for, else the environment's, else {@code ~/.duckherder}. */
  public static StateDirectory of(@Nullable Path given) {
    if (given != null) {
      return new StateDirectory(given);
    }
    String variable = System.getenv(VARIABLE);
    return new StateDirectory(
        variable == null || variable.isBlank()
            ? Path.of(System.getProperty("user.home"), ".duckherder")
            : Path.of(variable));
  }

  public Path root() {
    return root;
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** Where a process of the cluster spills. */
  public Path spill(String process) {
    return root.resolve("spill").resolve(process);
  }

  /** Where snapshots of managed databases are made plain files. */
  public Path replicas() {
    return root.resolve("replicas");
  }

  /** Where writes of connectors keep their rows until they are committed. */
  public Path staging() {
    return root.resolve("staging");
  }

  public Path history() {
    return root.resolve("history");
  }

  /** The log file of a process of the cluster. */
  public Path log(String process) {
    return logs().resolve(process + ".log");
  }

  /** Makes the directory, for its owner only, where it is missing. */
  public void create() {
    try {
      if (!Files.isDirectory(root)) {
        Path parent = root.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.createDirectory(
            root,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Files.createDirectories(logs());
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** The secret of a cluster without a token file, made on first use. */
  public String secret() {
    create();
    Path file = root.resolve("secret");
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, HexFormat.of().formatHex(random));
    } catch (FileAlreadyExistsException e) {
      // The usual case: an earlier start made it.
    } catch (IOException e) {
      throw unusable(e);
    }
    return findSecret().orElseThrow(() -> unusable(new IOException(file + " is empty")));
  }

  /** The secret, if this cluster has made one. */
  public Optional<String> findSecret() {
    Path file = root.resolve("secret");
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    return Optional.of(TokenFile.read(file));
  }

  /** Takes the directory for this process until the lock is closed, or the process ends. */
  public FileLock lock() {
    create();
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
      channel.close();
    } catch (IOException e) {
      throw unusable(e);
    }
    String who =
        findDriver()
            .map(driver -> "pid %d at %s".formatted(driver.pid(), driver.url()))
            .orElse("another process");
    throw new DuckherderException(
        StandardErrorCode.FILE_IN_USE,
        "A cluster already runs in %s (%s); stop it with `duckherder-cluster stop`, or give the new one its own --state-dir and --port"
            .formatted(root, who));
  }

  /** The driver that runs in this directory, if one does; a stale file counts for nothing. */
  public Optional<RunningDriver> findDriver() {
    Path file = driverFile();
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), RunningDriver.class))
          .filter(RunningDriver::isAlive);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Records the driver that runs in this directory. */
  public void recordDriver(RunningDriver driver) {
    Path file = driverFile();
    Path fresh = file.resolveSibling("driver.json.new");
    try {
      Files.write(fresh, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(driver));
      try {
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Forgets the driver: it has stopped. */
  public void forgetDriver() {
    try {
      Files.deleteIfExists(driverFile());
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private Path driverFile() {
    return root.resolve("driver.json");
  }

  private DuckherderException unusable(IOException cause) {
    return new DuckherderException(
        StandardErrorCode.FILE_UNREADABLE,
        "Cannot use the state directory %s (%s); choose another with --state-dir or %s"
            .formatted(root, cause, VARIABLE),
        cause);
  }
}
