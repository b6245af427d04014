package io.duckherder.wire.write;

/**
 * What a database remembers of a write, by the write's own transaction: so that one whose answer
 * was lost can be asked for again, and is done once.
 *
 * @param database the database that is written
 * @param id the write; or a stream, of which only the newest epoch is remembered
 * @param epoch its number within the stream, 0 for a write that is none
 */
public record CommitRecord(String database, String id, long epoch) {}
