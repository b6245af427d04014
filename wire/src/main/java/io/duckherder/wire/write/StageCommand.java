package io.duckherder.wire.write;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.flight.FlightDescriptor;

/**
 * The descriptor of a {@code DoPut} that stages the rows of one run of a task: eight bytes that no
 * Flight SQL command begins with, then JSON. It is its own credential.
 *
 * @param job the write
 * @param part the run of the task
 */
public record StageCommand(StagingJob job, StagedPart part) {
  private static final byte[] MAGIC = "\0DKHSTGE".getBytes(StandardCharsets.US_ASCII);

  /** Whether a descriptor is one of these. */
  public static boolean matches(FlightDescriptor descriptor) {
    byte[] command = descriptor.getCommand();
    return command != null
        && command.length > MAGIC.length
        && Arrays.equals(command, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** The descriptor for it. */
  public FlightDescriptor encode() {
    byte[] json = WriteActions.json(this);
    byte[] command = Arrays.copyOf(MAGIC, MAGIC.length + json.length);
    System.arraycopy(json, 0, command, MAGIC.length, json.length);
    return FlightDescriptor.command(command);
  }

  /** What a descriptor says that {@link #matches}. */
  public static StageCommand decode(FlightDescriptor descriptor) {
    byte[] command = descriptor.getCommand();
    return WriteActions.read(
        Arrays.copyOfRange(command, MAGIC.length, command.length), StageCommand.class);
  }
}
