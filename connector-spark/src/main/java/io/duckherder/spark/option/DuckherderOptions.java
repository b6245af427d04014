package io.duckherder.spark.option;

import static io.duckherder.spark.option.DuckherderOption.DATABASE;
import static io.duckherder.spark.option.DuckherderOption.DBTABLE;
import static io.duckherder.spark.option.DuckherderOption.MAX_ROWS_PER_TRIGGER;
import static io.duckherder.spark.option.DuckherderOption.MAX_SNAPSHOTS_PER_TRIGGER;
import static io.duckherder.spark.option.DuckherderOption.PARTITIONS;
import static io.duckherder.spark.option.DuckherderOption.PATH;
import static io.duckherder.spark.option.DuckherderOption.PUSHDOWN;
import static io.duckherder.spark.option.DuckherderOption.QUERY;
import static io.duckherder.spark.option.DuckherderOption.ROWS_PER_PARTITION;
import static io.duckherder.spark.option.DuckherderOption.SKIP_CHANGE_COMMITS;
import static io.duckherder.spark.option.DuckherderOption.STARTING_SNAPSHOT;
import static io.duckherder.spark.option.DuckherderOption.TIMESTAMP_AS_OF;
import static io.duckherder.spark.option.DuckherderOption.TIME_ZONE;
import static io.duckherder.spark.option.DuckherderOption.TOKEN;
import static io.duckherder.spark.option.DuckherderOption.TOKEN_FILE;
import static io.duckherder.spark.option.DuckherderOption.URL;
import static io.duckherder.spark.option.DuckherderOption.VERSION_AS_OF;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.layout.PartitionTarget;
import io.duckherder.plan.ReadRequest.Relation;
import io.duckherder.session.SessionSettings;
import io.duckherder.sql.SqlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a user asked for, checked. Driver-only: what executors need of it, the backend takes.
 *
 * <p>An option that is unknown, or means nothing in the mode at hand, is an error; none is ignored.
 */
public final class DuckherderOptions {
  private static final String SPARK_PATHS = "paths";
  private static final String DEFAULT_TIME_ZONE = "UTC";

  /** What Spark's catalog adds to the options of a table. */
  private static final Set<String> CATALOG_PROPERTIES =
      Set.of("owner", "provider", "location", "external", "is_managed_location");

  /** What Spark itself reads of the options of a stream. */
  private static final Set<String> OF_STREAMS = Set.of("checkpointlocation", "queryname");

  private final Map<DuckherderOption, String> values;

  private DuckherderOptions(Map<DuckherderOption, String> values) {
    this.values = values;
  }

  /** Reads and checks options as Spark gives them: any case of name, values all strings. */
  public static DuckherderOptions parse(Map<String, String> given) {
    requireNoCatalog(given);
    Map<DuckherderOption, String> values = new EnumMap<>(DuckherderOption.class);
    withoutStreams(given).forEach((key, value) -> values.put(option(key), value));
    DuckherderOptions options = new DuckherderOptions(values);
    options.requireMode();
    options.requireTogether();
    options.target(1);
    options.pushdown();
    options.stream();
    return options;
  }

  private static Map<String, String> withoutStreams(Map<String, String> given) {
    Map<String, String> ours = new HashMap<>(given);
    ours.keySet().removeIf(key -> OF_STREAMS.contains(key.toLowerCase(Locale.ROOT)));
    return ours;
  }

  /** Reads and checks the options of a catalog: those of its configuration. */
  public static DuckherderOptions ofCatalog(Map<String, String> given) {
    Map<DuckherderOption, String> values = new EnumMap<>(DuckherderOption.class);
    given.forEach((key, value) -> values.put(option(key), value));
    for (DuckherderOption option : values.keySet()) {
      if (option.isOfRelation()) {
        throw invalid(
            "Cannot use the option \"%s\" with a catalog: SQL names what to read"
                .formatted(option.key()));
      }
    }
    DuckherderOptions options = new DuckherderOptions(values);
    options.requireMode();
    options.requireTogether();
    options.target(1);
    options.pushdown();
    options.stream();
    return options;
  }

  /**
   * These, where neither the session nor the read has an option of its own. What a session says for
   * the other mode, or for reads that name their source, is not for this one.
   */
  public DuckherderOptions withRead(Map<String, String> session, Map<String, String> read) {
    Map<DuckherderOption, String> merged = new EnumMap<>(values);
    Map<DuckherderOption, String> ofSession = new EnumMap<>(DuckherderOption.class);
    session.forEach((key, value) -> ofSession.put(option(key), value));
    ofSession.keySet().removeIf(option -> !option.isOfRead() || !option.isOf(modeAtHand()));
    put(ofSession, merged);
    Map<DuckherderOption, String> ofRead = new EnumMap<>(DuckherderOption.class);
    withoutStreams(read).forEach((key, value) -> ofRead.put(option(key), value));
    // Spark has acted on these, and leaves them there.
    ofRead.remove(VERSION_AS_OF);
    ofRead.remove(TIMESTAMP_AS_OF);
    for (DuckherderOption option : ofRead.keySet()) {
      if (!option.isOfRead()) {
        throw invalid(
            "Cannot use the option \"%s\" with a table of a catalog: it is the catalog's to say"
                .formatted(option.key()));
      }
    }
    put(ofRead, merged);
    DuckherderOptions options = new DuckherderOptions(merged);
    options.requireMode();
    options.requireTogether();
    options.target(1);
    options.pushdown();
    options.stream();
    return options;
  }

  /** Of the two options for the number of partitions, the one given last counts. */
  private static void put(
      Map<DuckherderOption, String> given, Map<DuckherderOption, String> merged) {
    if (given.containsKey(PARTITIONS)) {
      merged.remove(ROWS_PER_PARTITION);
    }
    if (given.containsKey(ROWS_PER_PARTITION)) {
      merged.remove(PARTITIONS);
    }
    merged.putAll(given);
  }

  private DuckherderOption.Mode modeAtHand() {
    return isCluster() ? DuckherderOption.Mode.CLUSTER : DuckherderOption.Mode.EMBEDDED;
  }

  private static void requireNoCatalog(Map<String, String> given) {
    for (String key : given.keySet()) {
      if (CATALOG_PROPERTIES.contains(key.toLowerCase(Locale.ROOT))) {
        throw invalid(
            ("Cannot read through a table of Spark's catalog, which adds the option \"%s\": use"
                    + " CREATE TEMPORARY VIEW name USING duckherder OPTIONS (...) in its place")
                .formatted(key));
      }
    }
  }

  private static DuckherderOption option(String key) {
    if (key.equalsIgnoreCase(SPARK_PATHS)) {
      throw invalid("Cannot load several files at once: load each one, and union them");
    }
    return DuckherderOption.find(key).orElseThrow(() -> unknown(key));
  }

  private static DuckherderException unknown(String key) {
    String hint =
        DuckherderOption.nearest(key)
            .map(option -> "did you mean \"" + option.key() + "\"?")
            .orElseGet(
                () ->
                    Arrays.stream(DuckherderOption.values())
                        .map(DuckherderOption::key)
                        .collect(Collectors.joining(", ", "known are ", "")));
    return invalid("Unknown option \"" + key + "\": " + hint);
  }

  private void requireMode() {
    if (has(PATH) == has(URL)) {
      throw invalid(
          has(PATH)
              ? "Cannot use the options \"path\" and \"url\" together: path reads a file without a"
                  + " cluster, url reads from a cluster"
              : "Cannot tell what to read: give a DuckDB file, load(\"sales.duckdb\") say, or a"
                  + " cluster, option(\"url\", \"grpc://host:8815\") say");
    }
    for (DuckherderOption option : values.keySet()) {
      if (!option.isOf(modeAtHand())) {
        throw invalid(
            "Cannot use the option \"%s\" with \"%s\": it is for reading %s"
                .formatted(
                    option.key(),
                    isCluster() ? "url" : "path",
                    isCluster() ? "a file without a cluster" : "from a cluster"));
      }
    }
  }

  private void requireTogether() {
    if (has(DBTABLE) && has(QUERY)) {
      throw invalid("Cannot use the options \"dbtable\" and \"query\" together: give one");
    }
    if (has(VERSION_AS_OF) && has(TIMESTAMP_AS_OF)) {
      throw invalid(
          "Cannot use the options \"versionAsOf\" and \"timestampAsOf\" together: give one");
    }
    if (has(QUERY) && (has(VERSION_AS_OF) || has(TIMESTAMP_AS_OF))) {
      throw invalid(
          "Cannot use the options \"versionAsOf\" and \"timestampAsOf\" with \"query\": write AT"
              + " (VERSION => ...) after the names of tables in the query");
    }
    if (has(TOKEN) && has(TOKEN_FILE)) {
      throw invalid("Cannot use the options \"token\" and \"token-file\" together: give one");
    }
    if (has(PARTITIONS) && has(ROWS_PER_PARTITION)) {
      throw invalid(
          "Cannot use the options \"partitions\" and \"rows-per-partition\" together: give one");
    }
  }

  /** Whether a cluster is to be read from, not a file. */
  public boolean isCluster() {
    return has(URL);
  }

  /** The value of an option, if it was given. */
  public Optional<String> value(DuckherderOption option) {
    return Optional.ofNullable(values.get(option));
  }

  /** The value of an option that the mode at hand cannot do without. */
  public String required(DuckherderOption option) {
    return value(option)
        .orElseThrow(() -> invalid("The option \"" + option.key() + "\" is missing"));
  }

  /** A whole number from 1, if the option was given. */
  public OptionalLong positive(DuckherderOption option, long maximum) {
    Optional<String> given = value(option);
    if (given.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long number = Long.parseLong(given.get().trim());
      if (number >= 1 && number <= maximum) {
        return OptionalLong.of(number);
      }
    } catch (NumberFormatException e) {
      // The message below serves for this too.
    }
    throw invalid(
        "Invalid option \"%s\": %s (expected a whole number from 1 to %d)"
            .formatted(option.key(), given.get(), maximum));
  }

  /** What to read; absent if the user has not said. */
  public Optional<Relation> relation() {
    return value(DBTABLE)
        .map(table -> Relation.ofTable(table + AsOf.clause(this)))
        .or(() -> value(QUERY).map(Relation::ofQuery));
  }

  /** How many partitions to aim for, given how many tasks run at the same time. */
  public PartitionTarget target(int slots) {
    OptionalLong partitions = positive(PARTITIONS, 1_000_000);
    if (partitions.isPresent()) {
      return PartitionTarget.forSlots(slots).withPartitions((int) partitions.getAsLong());
    }
    OptionalLong rows = positive(ROWS_PER_PARTITION, Long.MAX_VALUE);
    return rows.isPresent()
        ? new PartitionTarget(slots, rows.getAsLong(), rows.getAsLong(), OptionalInt.empty())
        : PartitionTarget.forSlots(slots);
  }

  /** Whether DuckDB may do more of a query than to read columns. */
  public Pushdown pushdown() {
    String given = value(PUSHDOWN).orElse("true").trim();
    return Pushdown.of(given)
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.INVALID_OPTION,
                    "Invalid option \"%s\": %s (expected true, filters or false)"
                        .formatted(PUSHDOWN.key(), given)));
  }

  /** How a stream reads a table. */
  public StreamOptions stream() {
    return new StreamOptions(
        start(),
        positive(MAX_ROWS_PER_TRIGGER, Long.MAX_VALUE),
        positive(MAX_SNAPSHOTS_PER_TRIGGER, Integer.MAX_VALUE),
        skipsChanges());
  }

  private StreamOptions.Start start() {
    String given = value(STARTING_SNAPSHOT).orElse("earliest").trim().toLowerCase(Locale.ROOT);
    if (given.equals("earliest")) {
      return StreamOptions.Start.EARLIEST;
    }
    if (given.equals("latest")) {
      return StreamOptions.Start.LATEST;
    }
    if (!given.matches("[1-9][0-9]{0,17}")) {
      throw invalid(
          "Invalid option \"%s\": %s (expected earliest, latest or the number of a snapshot)"
              .formatted(STARTING_SNAPSHOT.key(), given));
    }
    return StreamOptions.Start.after(Long.parseLong(given));
  }

  private boolean skipsChanges() {
    String given = value(SKIP_CHANGE_COMMITS).orElse("false").trim();
    if (!given.equalsIgnoreCase("true") && !given.equalsIgnoreCase("false")) {
      throw invalid(
          "Invalid option \"%s\": %s (expected true or false)"
              .formatted(SKIP_CHANGE_COMMITS.key(), given));
    }
    return given.equalsIgnoreCase("true");
  }

  /** The session in which DuckDB reads the SQL: nothing of it depends on the machine. */
  public SessionSettings settings() {
    SessionSettings settings =
        SessionSettings.DEFAULT.withSetting("TimeZone", value(TIME_ZONE).orElse(DEFAULT_TIME_ZONE));
    return value(DATABASE)
        .map(name -> settings.withSetting("search_path", SqlText.qualified(name, "main")))
        .orElse(settings);
  }

  /** The token, from the option or the file. */
  public Optional<String> token() {
    Optional<String> file = value(TOKEN_FILE);
    if (file.isEmpty()) {
      return value(TOKEN);
    }
    try {
      return Optional.of(Files.readString(Path.of(file.get())).strip());
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot read the token file \"%s\": %s".formatted(file.get(), e.getMessage()),
          e);
    }
  }

  private boolean has(DuckherderOption option) {
    return values.containsKey(option);
  }

  private static DuckherderException invalid(String message) {
    return new DuckherderException(StandardErrorCode.INVALID_OPTION, message);
  }

  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(e -> e.getKey().key() + "=" + (e.getKey() == TOKEN ? "***" : e.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
