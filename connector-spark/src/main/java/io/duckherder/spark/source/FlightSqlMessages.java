package io.duckherder.spark.source;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The messages of Flight SQL that the catalog needs, in Protobuf's form. They are few and flat, and
 * the generated classes for all of them would be a large part of the connector's jar.
 */
final class FlightSqlMessages {
  private static final String PREFIX = "type.googleapis.com/arrow.flight.protocol.sql.";
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final int TAG_BITS = 3;
  private static final int COMMIT = 1;
  private static final int ROLLBACK = 2;

  private FlightSqlMessages() {}

  /** {@code CommandStatementQuery}; an empty transaction stands for none. */
  static byte[] query(String sql, byte[] transaction) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    bytes(message, 1, sql.getBytes(StandardCharsets.UTF_8));
    if (transaction.length > 0) {
      bytes(message, 2, transaction);
    }
    return any("CommandStatementQuery", message);
  }

  /** {@code ActionBeginTransactionRequest}. */
  static byte[] beginTransaction() {
    return any("ActionBeginTransactionRequest", new ByteArrayOutputStream());
  }

  /** {@code ActionEndTransactionRequest} that commits. */
  static byte[] commit(byte[] transaction) {
    return end(transaction, COMMIT);
  }

  /** {@code ActionEndTransactionRequest} that rolls back. */
  static byte[] rollback(byte[] transaction) {
    return end(transaction, ROLLBACK);
  }

  private static byte[] end(byte[] transaction, int action) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    bytes(message, 1, transaction);
    varint(message, 2 << TAG_BITS | VARINT);
    varint(message, action);
    return any("ActionEndTransactionRequest", message);
  }

  /** The transaction of an {@code ActionBeginTransactionResult}. */
  static byte[] transaction(byte[] result) {
    return field(field(result, 2), 1);
  }

  private static byte[] any(String type, ByteArrayOutputStream message) {
    ByteArrayOutputStream any = new ByteArrayOutputStream();
    bytes(any, 1, (PREFIX + type).getBytes(StandardCharsets.UTF_8));
    bytes(any, 2, message.toByteArray());
    return any.toByteArray();
  }

  private static void bytes(ByteArrayOutputStream message, int field, byte[] value) {
    varint(message, field << TAG_BITS | BYTES);
    varint(message, value.length);
    message.writeBytes(value);
  }

  private static void varint(ByteArrayOutputStream message, int value) {
    int rest = value;
    while (rest > 0x7f) {
      message.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    message.write(rest);
  }

  /** The bytes of one field of a message that has fields of bytes only; empty without it. */
  private static byte[] field(byte[] message, int wanted) {
    ByteBuffer rest = ByteBuffer.wrap(message);
    while (rest.hasRemaining()) {
      int tag = varint(rest);
      byte[] value = new byte[varint(rest)];
      rest.get(value);
      if (tag == (wanted << TAG_BITS | BYTES)) {
        return value;
      }
    }
    return new byte[0];
  }

  private static int varint(ByteBuffer message) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      int next = message.get();
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
