package io.duckherder.cluster.membership;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.net.URI;
import org.apache.arrow.flight.Location;

/**
 * What a worker says of itself when it joins, and with every heartbeat.
 *
 * @param id the name that the operator gave it
 * @param incarnation differs between two processes that use one id
 * @param address host:port at which driver and clients reach it
 * @param threads fragments' worth of work that it does at once: its DuckDB's threads
 * @param version Duckherder's version
 */
public record WorkerRegistration(
    @JsonProperty("id") String id,
    @JsonProperty("incarnation") String incarnation,
    @JsonProperty("address") String address,
    @JsonProperty("threads") int threads,
    @JsonProperty("version") String version) {
  public WorkerRegistration {
    if (id.isBlank() || threads < 1) {
      throw new IllegalArgumentException("A worker has an id and a thread");
    }
  }

  /** Where Flight clients connect. */
  public Location location() {
    URI uri = URI.create("grpc://" + address);
    if (uri.getHost() == null || uri.getPort() < 1) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot use worker address \"%s\" (expected host:port)".formatted(address));
    }
    return Location.forGrpcInsecure(uri.getHost(), uri.getPort());
  }
}
