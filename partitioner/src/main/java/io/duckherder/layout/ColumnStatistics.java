package io.duckherder.layout;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a snapshot tells of the values of a column, without reading them. Deleted rows may count.
 *
 * @param name the column
 * @param least no value is less; as DuckDB writes it, of a text only the first bytes
 * @param greatest no value is greater
 * @param mayBeNull whether there may be nulls
 * @param mayBeSet whether there may be values that are not null
 * @param distinct the different values, at a guess
 * @param textBytes the bytes of all values of a text column
 */
public record ColumnStatistics(
    @JsonProperty("name") String name,
    @JsonProperty("least") Optional<String> least,
    @JsonProperty("greatest") Optional<String> greatest,
    @JsonProperty("mayBeNull") boolean mayBeNull,
    @JsonProperty("mayBeSet") boolean mayBeSet,
    @JsonProperty("distinct") OptionalLong distinct,
    @JsonProperty("textBytes") OptionalLong textBytes) {
  public ColumnStatistics {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(least, "least");
    Objects.requireNonNull(greatest, "greatest");
    Objects.requireNonNull(distinct, "distinct");
    Objects.requireNonNull(textBytes, "textBytes");
  }

  /** Those that DuckDB's function {@code stats} gives, as JSON. */
  static ColumnStatistics of(String name, JsonNode stats) {
    return new ColumnStatistics(
        name,
        text(stats, "min"),
        text(stats, "max"),
        stats.path("has_null").asBoolean(true),
        stats.path("has_no_null").asBoolean(true),
        number(stats, "approx_unique"),
        number(stats, "total_string_length"));
  }

  /** The same under another name. */
  ColumnStatistics as(String other) {
    return new ColumnStatistics(other, least, greatest, mayBeNull, mayBeSet, distinct, textBytes);
  }

  private static Optional<String> text(JsonNode stats, String member) {
    JsonNode value = stats.path(member);
    return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
  }

  private static OptionalLong number(JsonNode stats, String member) {
    JsonNode value = stats.path(member);
    return value.canConvertToLong() ? OptionalLong.of(value.asLong()) : OptionalLong.empty();
  }
}
