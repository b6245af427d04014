package io.duckherder.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Groups and recordings as JSON files. */
public final class RecordingFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .setSerializationInclusion(JsonInclude.Include.NON_NULL);

  private RecordingFiles() {}

  /**
   * Leaves a group in a folder, under its id; an older one is replaced.
   *
   * @param folder the empty path leaves nothing
   */
  public static void leave(Path folder, MeasuredGroup group) {
    if (folder.toString().isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(folder);
      JSON.writeValue(folder.resolve(group.id() + ".json").toFile(), group);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The groups that were left in a folder, by the names of their files. */
  static List<MeasuredGroup> left(Path folder) throws IOException {
    List<MeasuredGroup> groups = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".json")).sorted().toList()) {
        groups.add(JSON.readValue(file.toFile(), MeasuredGroup.class));
      }
    }
    return groups;
  }

  static Recording read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Recording.class);
  }

  static void write(Path file, Recording recording) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(recording) + "\n");
  }
}
