package io.duckherder.wire.write;

import java.util.Optional;

/**
 * What a database remembers of a write, by the write's own transaction: so that one whose answer
 * was lost can be asked for again, and is done once.
 *
 * @param database the database that is written
 * @param id the write; or a stream and the table that it writes, of which only the newest epoch is
 *     remembered
 * @param epoch its number within the stream, 0 for a write that is none
 * @param formerId the stream alone, which was the id before the table was part of it
 */
public record CommitRecord(String database, String id, long epoch, Optional<String> formerId) {
  /** Of a write that is no stream. */
  public static CommitRecord ofWrite(String database, String id) {
    return new CommitRecord(database, id, 0, Optional.empty());
  }

  /**
   * Of an epoch of a stream.
   *
   * @param stream the stream's id, which a copy of its checkpoint gives to another one too
   * @param table the table, as SQL writes its name within the database
   * @param epoch counted from 1
   */
  public static CommitRecord ofEpoch(String database, String stream, String table, long epoch) {
    String former = "stream " + stream;
    return new CommitRecord(database, former + " of " + table, epoch, Optional.of(former));
  }
}
