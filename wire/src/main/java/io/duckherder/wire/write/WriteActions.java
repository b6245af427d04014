package io.duckherder.wire.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;

/** The actions of the driver by which a connector begins and ends a write, with bodies in JSON. */
public final class WriteActions {
  /** Begins a write: no body, gives a {@link StagingJob}. */
  public static final String BEGIN = "duckherder.write.begin";

  /** Takes a {@link CommitRequest}, gives a {@link CommitAnswer}. */
  public static final String COMMIT = "duckherder.write.commit";

  /** Deletes what a {@link StagingJob} staged; gives nothing. */
  public static final String DROP = "duckherder.write.drop";

  private static final String PREFIX = "duckherder.write.";
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  private WriteActions() {}

  /** Whether an action is one of these. */
  public static boolean matches(String type) {
    return type.startsWith(PREFIX);
  }

  /** A record as the body of a message. */
  public static byte[] json(Object message) {
    try {
      return JSON.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Messages of writes are made of strings and numbers", e);
    }
  }

  /** The record in the body of a message. */
  public static <T> T read(byte[] body, Class<T> type) {
    try {
      return JSON.readValue(body, type);
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read the message of a write; use connector and cluster of one version",
          e);
    }
  }
}
