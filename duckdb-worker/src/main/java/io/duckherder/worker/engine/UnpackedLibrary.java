package io.duckherder.worker.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DuckDB's native library, of about 70 MB, which its JDBC driver unpacks to a temporary file and
 * deletes when the JVM ends in good order. A killed one would leave it. Where Linux shows what a
 * process has mapped, the file is deleted as soon as it is: the mapping keeps its content.
 */
final class UnpackedLibrary {
  private static final Logger log = LoggerFactory.getLogger(UnpackedLibrary.class);
  private static final Path MAPPINGS = Path.of("/proc/self/maps");
  private static final Pattern LIBRARY = Pattern.compile(" (/.*/libduckdb_java\\d+\\.so)$");
  private static final AtomicBoolean deleted = new AtomicBoolean();

  private UnpackedLibrary() {}

  /** Deletes it, the first time; the driver has loaded it. */
  static void delete() {
    if (!Files.isReadable(MAPPINGS) || deleted.getAndSet(true)) {
      return;
    }
    try {
      for (Path file : mapped()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      log.debug("Left until the end of the process: {}", e.getMessage());
    }
  }

  private static Set<Path> mapped() throws IOException {
    // A mapped file may have any name: not all are UTF-8.
    try (Stream<String> lines = Files.lines(MAPPINGS, StandardCharsets.ISO_8859_1)) {
      return lines
          .map(LIBRARY::matcher)
          .filter(Matcher::find)
          .map(line -> Path.of(line.group(1)))
          .collect(Collectors.toSet());
    }
  }
}
