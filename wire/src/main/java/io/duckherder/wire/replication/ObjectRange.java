package io.duckherder.wire.replication;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.snapshot.FileIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Bytes that the driver sends for a ticket: of an object of a managed database, or of an external
 * file.
 *
 * @param database id of the managed database; empty for an external file
 * @param file the external file, if it is one
 * @param object name of the object; {@link #LOG} for the write-ahead log of an external file
 * @param offset where the bytes begin
 * @param length how many they are
 */
public record ObjectRange(
    @JsonProperty("database") String database,
    @JsonProperty("file") Optional<FileIdentity> file,
    @JsonProperty("object") String object,
    @JsonProperty("offset") long offset,
    @JsonProperty("length") int length) {
  /** The object name of an external file itself. */
  public static final String FILE = "file";

  /** The object name of an external file's write-ahead log. */
  public static final String LOG = "wal";

  private static final byte[] PREFIX = "duckherder-range:".getBytes(StandardCharsets.US_ASCII);

  /** A part of an object of a managed database. */
  public static ObjectRange ofStore(String database, String object, long offset, int length) {
    return new ObjectRange(database, Optional.empty(), object, offset, length);
  }

  /** A part of an external file, or of its log. */
  public static ObjectRange ofFile(FileIdentity file, String object, long offset, int length) {
    return new ObjectRange("", Optional.of(file), object, offset, length);
  }

  /** Whether a ticket is for a range. */
  public static boolean matches(byte[] ticket) {
    return ticket.length > PREFIX.length
        && Arrays.equals(ticket, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
  }

  /** The range that a ticket is for. */
  public static ObjectRange ofTicket(byte[] ticket) {
    return ReplicationActions.read(
        Arrays.copyOfRange(ticket, PREFIX.length, ticket.length), ObjectRange.class);
  }

  public byte[] ticket() {
    byte[] json = ReplicationActions.write(this);
    byte[] ticket = Arrays.copyOf(PREFIX, PREFIX.length + json.length);
    System.arraycopy(json, 0, ticket, PREFIX.length, json.length);
    return ticket;
  }
}
