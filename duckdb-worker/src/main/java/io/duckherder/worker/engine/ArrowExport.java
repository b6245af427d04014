package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.locks.Lock;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/**
 * A DuckDB result as Arrow's C stream. The driver's own {@code arrowExportStream} looks Arrow's
 * classes up by name, which fails where Arrow is relocated; so the address of the stream is taken
 * from the native method beneath it. That method is private: hence the pinned driver version, and
 * one clear error on any other.
 */
final class ArrowExport {
  /** Most bytes of a text of a schema that Arrow's C data interface reads. */
  private static final int LONGEST_NAME = 32_766;

  private final Method arrowStream;
  private final Field resultRef;
  private final Field resultRefLock;
  private final Field connRef;
  private final Field connRefLock;

  private ArrowExport() throws ReflectiveOperationException {
    arrowStream =
        Class.forName("org.duckdb.DuckDBNative")
            .getDeclaredMethod(
                "duckdb_jdbc_arrow_stream", ByteBuffer.class, ByteBuffer.class, long.class);
    arrowStream.setAccessible(true);
    resultRef = field(DuckDBResultSet.class, "resultRef");
    resultRefLock = field(DuckDBResultSet.class, "resultRefLock");
    connRef = field(DuckDBConnection.class, "connRef");
    connRefLock = field(DuckDBConnection.class, "connRefLock");
  }

  /** The export for the driver on the class path. */
  static ArrowExport forDriver() {
    try {
      return new ArrowExport();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot use the duckdb_jdbc on the class path: Duckherder needs version "
              + DriverVersion.REQUIRED,
          e);
    }
  }

  /** A reader over the rows of a result; it owns them from here on. */
  ArrowReader open(
      DuckDBConnection connection, ResultSet result, long batchRows, BufferAllocator allocator)
      throws SQLException, IOException {
    long address = address(connection, result, batchRows);
    ArrowReader reader = Data.importArrayStream(allocator, ArrowArrayStream.wrap(address));
    try {
      reader.getVectorSchemaRoot();
      return reader;
    } catch (BufferUnderflowException e) {
      // It looks for the end of a name in its first 32,767 bytes.
      close(reader, e);
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot give the rows as Arrow: the name of a column or field, or the values of an ENUM, take more than %d bytes; give an expression a name with AS"
              .formatted(LONGEST_NAME),
          e);
    } catch (IOException e) {
      close(reader, e);
      throw e;
    }
  }

  private static void close(ArrowReader reader, Exception why) {
    try {
      reader.close();
    } catch (IOException | RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  private long address(DuckDBConnection connection, ResultSet result, long batchRows)
      throws SQLException {
    try {
      Lock connectionLock = (Lock) connRefLock.get(connection);
      Lock resultLock = (Lock) resultRefLock.get(result);
      connectionLock.lock();
      try {
        resultLock.lock();
        try {
          return (long)
              arrowStream.invoke(null, resultRef.get(result), connRef.get(connection), batchRows);
        } finally {
          resultLock.unlock();
        }
      } finally {
        connectionLock.unlock();
      }
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException sql) {
        throw sql;
      }
      throw new IllegalStateException("DuckDB gave no Arrow stream", e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("The fields were made accessible", e);
    }
  }

  private static Field field(Class<?> owner, String name) throws NoSuchFieldException {
    Field field = owner.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
