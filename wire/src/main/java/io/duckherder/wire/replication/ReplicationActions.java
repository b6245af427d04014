package io.duckherder.wire.replication;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;

/** The actions, and JSON for their bodies. */
public final class ReplicationActions {
  /** Of the driver: the id of a managed database gives its {@link StoreDescription}. */
  public static final String STORE = "duckherder.store";

  /** Of the driver: an {@link ObjectRange}, whose length is ignored, gives the object's bytes. */
  public static final String OBJECT_SIZE = "duckherder.object-size";

  /** Of the driver: the identity of an external file gives its {@link FileDescription}. */
  public static final String FILE = "duckherder.file";

  /** Of a worker: makes a replica of a sealed version, and answers before that is done. */
  public static final String PREFETCH = "duckherder.prefetch";

  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  private ReplicationActions() {}

  /** Whether an action is one that the driver does. */
  public static boolean isForDriver(String type) {
    return type.equals(STORE) || type.equals(OBJECT_SIZE) || type.equals(FILE);
  }

  public static byte[] write(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new IllegalStateException("It is made of strings and numbers", e);
    }
  }

  public static <T> T read(byte[] body, Class<T> type) {
    try {
      return JSON.readValue(body, type);
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read a message between worker and driver; use one version of both",
          e);
    }
  }
}
