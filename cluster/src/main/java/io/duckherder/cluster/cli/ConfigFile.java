package io.duckherder.cluster.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.duckherder.cluster.session.NearestName;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * A TOML file with the options of {@code start} as keys. Databases are a table from name to path,
 * settings one from name to value; paths are relative to the file. What the command line gives wins
 * over the file, key by key.
 */
final class ConfigFile {
  private static final Set<String> DATABASES = Set.of("database", "managed");
  private static final String SET = "set";
  private static final Set<String> PATHS =
      Set.of("allow-path", "token-file", "state-dir", "replicas");
  private static final Set<String> NO_KEYS = Set.of("config", "daemon", "help", "version");

  private final Path file;
  private final JsonNode root;

  private ConfigFile(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static ConfigFile read(Path given) {
    Path file = given.toAbsolutePath();
    if (!Files.isRegularFile(file)) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot read the configuration \"%s\": no such file".formatted(file));
    }
    try {
      return new ConfigFile(file, new TomlMapper().readTree(file.toFile()));
    } catch (JacksonException e) {
      throw invalid(
          file, "line %d: %s".formatted(e.getLocation().getLineNr(), e.getOriginalMessage()));
    } catch (IOException e) {
      throw invalid(file, String.valueOf(e.getMessage()));
    }
  }

  /** Runs the command again with the file's keys as options before those of the command line. */
  int rerun(CommandSpec command) {
    ParseResult given = command.commandLine().getParseResult();
    List<String> arguments = new ArrayList<>(List.of(command.name()));
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      requireKnown(command, entry.getKey());
      if (!given.hasMatchedOption("--" + entry.getKey())) {
        arguments.addAll(options(entry.getKey(), entry.getValue()));
      }
    }
    arguments.addAll(withoutConfig(given.originalArgs()));
    return DuckherderCluster.run(arguments.toArray(String[]::new));
  }

  private void requireKnown(CommandSpec command, String key) {
    Set<String> known =
        command.options().stream()
            .filter(option -> !option.hidden())
            .map(OptionSpec::longestName)
            .map(name -> name.substring(2))
            .filter(name -> !NO_KEYS.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!known.contains(key)) {
      throw invalid(
          file,
          "unknown key \"%s\"; did you mean \"%s\"?".formatted(key, NearestName.of(key, known)));
    }
  }

  private List<String> options(String key, JsonNode value) {
    if (DATABASES.contains(key)) {
      if (!value.isObject()) {
        throw invalid(
            file,
            "\"%1$s\" must be a table, like [%1$s] and below it sales = \"sales.duckdb\""
                .formatted(key));
      }
      return value.properties().stream()
          .map(entry -> "--" + key + "=" + entry.getKey() + "=" + path(key, entry.getValue()))
          .toList();
    }
    if (key.equals(SET)) {
      if (!value.isObject()) {
        throw invalid(
            file,
            "\"set\" must be a table, like [set] and below it duckherder_execution = \"single\"");
      }
      return value.properties().stream()
          .map(entry -> "--set=" + entry.getKey() + "=" + text(entry.getKey(), entry.getValue()))
          .toList();
    }
    List<JsonNode> values = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(values::add);
    } else {
      values.add(value);
    }
    return values.stream()
        .map(one -> "--" + key + "=" + (PATHS.contains(key) ? path(key, one) : text(key, one)))
        .toList();
  }

  private String text(String key, JsonNode value) {
    if (!value.isValueNode()) {
      throw invalid(file, "\"%s\" must be one value".formatted(key));
    }
    return value.asText();
  }

  private String path(String key, JsonNode value) {
    return file.resolveSibling(text(key, value)).normalize().toString();
  }

  private static List<String> withoutConfig(List<String> arguments) {
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--config")) {
        i++;
      } else if (!argument.startsWith("--config=") && !(i == 0 && argument.equals("start"))) {
        rest.add(argument);
      }
    }
    return rest;
  }

  private static DuckherderException invalid(Path file, String why) {
    return new DuckherderException(
        StandardErrorCode.INVALID_OPTION,
        "Cannot use the configuration \"%s\": %s".formatted(file, why));
  }
}
