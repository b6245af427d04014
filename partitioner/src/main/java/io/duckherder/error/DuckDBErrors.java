package io.duckherder.error;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;

/**
 * Reads DuckDB's errors. The JDBC driver gives only text, whose first words name the kind ("Binder
 * Error: ..."); the text itself is kept for the user.
 */
public final class DuckDBErrors {
  private static final Map<String, StandardErrorCode> BY_KIND =
      Map.ofEntries(
          Map.entry("Parser Error", StandardErrorCode.SYNTAX_ERROR),
          Map.entry("Syntax Error", StandardErrorCode.SYNTAX_ERROR),
          Map.entry("Binder Error", StandardErrorCode.INVALID_QUERY),
          Map.entry("Invalid Input Error", StandardErrorCode.INVALID_QUERY),
          Map.entry("Parameter Not Resolved Error", StandardErrorCode.INVALID_QUERY),
          Map.entry("Parameter Not Allowed Error", StandardErrorCode.INVALID_QUERY),
          Map.entry("Invalid Type Error", StandardErrorCode.INVALID_QUERY),
          Map.entry("Catalog Error", StandardErrorCode.OBJECT_NOT_FOUND),
          Map.entry("Conversion Error", StandardErrorCode.INVALID_DATA),
          Map.entry("Out of Range Error", StandardErrorCode.INVALID_DATA),
          Map.entry("Constraint Error", StandardErrorCode.CONSTRAINT_VIOLATED),
          Map.entry("TransactionContext Error", StandardErrorCode.INVALID_QUERY),
          Map.entry("Mismatch Type Error", StandardErrorCode.INVALID_DATA),
          Map.entry("Divide by Zero Error", StandardErrorCode.INVALID_DATA),
          Map.entry("Decimal Error", StandardErrorCode.INVALID_DATA),
          Map.entry("Sequence Error", StandardErrorCode.INVALID_DATA),
          Map.entry("Not implemented Error", StandardErrorCode.UNSUPPORTED),
          Map.entry("Permission Error", StandardErrorCode.PERMISSION_DENIED),
          Map.entry("INTERRUPT Error", StandardErrorCode.QUERY_CANCELLED),
          Map.entry("Out of Memory Error", StandardErrorCode.OUT_OF_MEMORY),
          Map.entry("IO Error", StandardErrorCode.FILE_UNREADABLE),
          Map.entry("Data Corruption Error", StandardErrorCode.FILE_CORRUPT),
          Map.entry("Serialization Error", StandardErrorCode.FILE_CORRUPT),
          Map.entry("INTERNAL Error", StandardErrorCode.INTERNAL_ERROR),
          Map.entry("FATAL Error", StandardErrorCode.INTERNAL_ERROR));

  private DuckDBErrors() {}

  /** The exception for an error of a query. */
  public static DuckherderException translate(SQLException e) {
    return translate(String.valueOf(e.getMessage()), e);
  }

  /** The exception for an error text that reached us by another way than JDBC, Arrow's say. */
  public static DuckherderException translate(String message, Throwable cause) {
    return new DuckherderException(codeOf(message), withoutDriverPrefix(message), cause);
  }

  /** The code for an error text of DuckDB's. */
  public static StandardErrorCode codeOf(String message) {
    String text = withoutDriverPrefix(message);
    String lower = text.toLowerCase(Locale.ROOT);
    if (isShutDown(text)) {
      return StandardErrorCode.STREAM_BROKEN;
    }
    if (lower.contains("interrupted")) {
      return StandardErrorCode.QUERY_CANCELLED;
    }
    if (lower.contains("checksum") || lower.contains("corrupt")) {
      return StandardErrorCode.FILE_CORRUPT;
    }
    if (lower.contains("no space left") || lower.contains("max_temp_directory_size")) {
      return StandardErrorCode.OUT_OF_DISK;
    }
    if (lower.contains("configuration has been locked")) {
      return StandardErrorCode.PERMISSION_DENIED;
    }
    if (lower.startsWith("transactioncontext error")
        && (lower.contains("conflict") || lower.contains("failed to commit"))) {
      return StandardErrorCode.TRANSACTION_CONFLICT;
    }
    if (lower.contains("attached in read-only mode")
        || lower.contains("transaction is launched in read-only mode")) {
      return StandardErrorCode.READ_ONLY_DATABASE;
    }
    if (lower.startsWith("binder error") && lower.contains("not found in from clause")) {
      return StandardErrorCode.OBJECT_NOT_FOUND;
    }
    if (lower.startsWith("catalog error") && lower.contains("already exists")) {
      return StandardErrorCode.OBJECT_EXISTS;
    }
    int colon = text.indexOf(':');
    String kind = colon < 0 ? "" : text.substring(0, colon);
    return BY_KIND.getOrDefault(kind, StandardErrorCode.INTERNAL_ERROR);
  }

  /**
   * Whether an error says that DuckDB takes no more statements, because of another that broke it: a
   * new DuckDB over the same files would.
   */
  public static boolean isShutDown(String message) {
    return message.contains(" has been invalidated because ");
  }

  /** The JDBC driver repeats its own class names before some messages. */
  private static String withoutDriverPrefix(String message) {
    String prefix = "java.sql.SQLException: ";
    String text = message;
    while (text.startsWith(prefix)) {
      text = text.substring(prefix.length());
    }
    return text;
  }
}
