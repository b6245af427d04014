package io.duckherder.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ReadRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.flight.FlightDescriptor;

/**
 * The descriptor by which a connector asks the driver's {@code GetFlightInfo} for a read in
 * partitions: eight bytes that no Flight SQL command begins with, then the request as JSON. The
 * answer has an endpoint per partition, each with its signed ticket and the workers that can serve
 * it, and {@link ReadInfo} as its metadata.
 */
public final class ReadCommand {
  private static final byte[] MAGIC = "\0DKHREAD".getBytes(StandardCharsets.US_ASCII);
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  private ReadCommand() {}

  /** Whether a descriptor is one of these. */
  public static boolean matches(FlightDescriptor descriptor) {
    byte[] command = descriptor.getCommand();
    return command != null
        && command.length > MAGIC.length
        && Arrays.equals(command, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** The descriptor for a request. */
  public static FlightDescriptor encode(ReadRequest request) {
    try {
      byte[] json = JSON.writeValueAsBytes(request);
      byte[] command = Arrays.copyOf(MAGIC, MAGIC.length + json.length);
      System.arraycopy(json, 0, command, MAGIC.length, json.length);
      return FlightDescriptor.command(command);
    } catch (IOException e) {
      throw new IllegalStateException("A read request is made of strings and numbers", e);
    }
  }

  /** The request in a descriptor that {@link #matches}. */
  public static ReadRequest decode(FlightDescriptor descriptor) {
    byte[] command = descriptor.getCommand();
    try {
      return JSON.readValue(
          command, MAGIC.length, command.length - MAGIC.length, ReadRequest.class);
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read the request of a connector; use connector and cluster of one version",
          e);
    }
  }
}
