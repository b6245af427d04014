package io.duckherder.ticket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;

/**
 * Signs tickets and checks them.
 *
 * <pre>
 * byte 0        format version, 1
 * bytes 1..32   HMAC-SHA256 over the version byte and the payload
 * bytes 33..    the ticket as JSON, UTF-8
 * </pre>
 *
 * <p>Safe for use by many threads.
 */
public final class TicketCodec {
  private static final byte VERSION = 1;
  private static final int HEADER = 1 + ClusterKey.SIGNATURE_BYTES;
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  private final ClusterKey key;
  private final Clock clock;

  public TicketCodec(ClusterKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  /** Whether bytes claim to be a sealed ticket; none of Flight SQL's begins like one. */
  public static boolean matches(byte[] ticket) {
    return ticket.length > 0 && ticket[0] == VERSION;
  }

  /** The signed bytes of a ticket that holds for a time from now. */
  public byte[] seal(Fragment fragment, Duration validity) {
    try {
      byte[] json = JSON.writeValueAsBytes(Ticket.until(clock.instant().plus(validity), fragment));
      return ByteBuffer.allocate(HEADER + json.length)
          .put(VERSION)
          .put(key.sign(signed(json)))
          .put(json)
          .array();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A ticket is made of strings and numbers", e);
    }
  }

  /** The fragment in a ticket, once its signature and its time are found good. */
  public Fragment open(byte[] ticket) {
    if (ticket.length <= HEADER || ticket[0] != VERSION) {
      throw rejected();
    }
    byte[] signature = Arrays.copyOfRange(ticket, 1, HEADER);
    byte[] json = Arrays.copyOfRange(ticket, HEADER, ticket.length);
    if (!key.verifies(signed(json), signature)) {
      throw rejected();
    }
    Ticket opened = read(json);
    if (clock.millis() > opened.expiresAt()) {
      throw new DuckherderException(
          StandardErrorCode.TICKET_EXPIRED,
          "The ticket of query %s expired; run the query again"
              .formatted(opened.fragment().queryId()));
    }
    return opened.fragment();
  }

  private static Ticket read(byte[] json) {
    try {
      return JSON.readValue(json, Ticket.class);
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.TICKET_REJECTED,
          "The ticket was signed by another version of Duckherder; upgrade driver and workers"
              + " together",
          e);
    }
  }

  private static byte[] signed(byte[] json) {
    return ByteBuffer.allocate(1 + json.length).put(VERSION).put(json).array();
  }

  private static DuckherderException rejected() {
    return new DuckherderException(
        StandardErrorCode.TICKET_REJECTED,
        "The ticket was not signed by this cluster; driver and workers need the same token file");
  }
}
