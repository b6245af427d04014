package io.duckherder.spark.stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.Objects;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream has read a table: all that a snapshot holds; or, of what it holds more than an
 * earlier one, the rows up to a rowid of that snapshot.
 *
 * <pre>
 *   {"version":1,"database":"6f1c...","snapshot":12}
 *   {"version":1,"database":"6f1c...","snapshot":12,"base":7,"rowid":4999}
 * </pre>
 *
 * The base 0, and the snapshot 0 of a stream that has read nothing, stand for an empty table.
 */
public final class StreamOffset extends Offset {
  private static final int VERSION = 1;

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Content content;

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Content(
      @JsonProperty("version") int version,
      @JsonProperty("database") String database,
      @JsonProperty("snapshot") long snapshot,
      @JsonProperty("base") @Nullable Long base,
      @JsonProperty("rowid") @Nullable Long rowid) {}

  private StreamOffset(Content content) {
    this.content = content;
  }

  /** All of a snapshot; 0 for nothing. */
  static StreamOffset after(String database, long snapshot) {
    return new StreamOffset(new Content(VERSION, database, snapshot, null, null));
  }

  /** The first of what a snapshot has more than an earlier one. */
  static StreamOffset within(String database, long base, long snapshot, long rowid) {
    return new StreamOffset(new Content(VERSION, database, snapshot, base, rowid));
  }

  /** An offset as a checkpoint has it. */
  static StreamOffset of(String json) {
    try {
      Content content = JSON.readValue(json, Content.class);
      if (content.version() == VERSION
          && content.snapshot() >= 0
          && (content.base() == null) == (content.rowid() == null)) {
        return new StreamOffset(content);
      }
    } catch (JsonProcessingException e) {
      throw invalid(json, e);
    }
    throw invalid(json, null);
  }

  private static DuckherderException invalid(String json, @Nullable Exception cause) {
    return new DuckherderException(
        StandardErrorCode.INVALID_OPTION,
        "Cannot go on from the checkpoint: \"%s\" is no offset of a table's stream, or of a newer connector"
            .formatted(json),
        cause);
  }

  /** The id of the database. */
  String database() {
    return content.database();
  }

  /** The snapshot that was read, all of it or some. */
  long snapshot() {
    return content.snapshot();
  }

  /** Whether the snapshot was not read to its end. */
  boolean isPart() {
    return content.rowid() != null;
  }

  /** The snapshot that was read to its end. */
  long whole() {
    return Objects.requireNonNullElse(content.base(), content.snapshot());
  }

  /** The last row that was read of a part; before the first, otherwise. */
  long rowid() {
    return Objects.requireNonNullElse(content.rowid(), -1L);
  }

  @Override
  public String json() {
    try {
      return JSON.writeValueAsString(content);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An offset is made of strings and numbers", e);
    }
  }
}
