package io.duckherder.wire;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.ErrorCode;
import io.duckherder.error.ErrorStatus;
import io.duckherder.error.ErrorType;
import io.duckherder.error.StandardErrorCode;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors across Flight. A code travels as metadata beside the status that standard clients see, and
 * comes back as the same code.
 */
public final class FlightErrors {
  private static final Logger log = LoggerFactory.getLogger(FlightErrors.class);

  private static final String CODE = "duckherder-code";
  private static final String TYPE = "duckherder-type";
  private static final String RETRYABLE = "duckherder-retryable";

  private FlightErrors() {}

  /** What a server sends for a failure. */
  public static FlightRuntimeException toFlight(Throwable failure) {
    if (failure instanceof FlightRuntimeException flight) {
      return flight;
    }
    if (failure instanceof DuckherderException known) {
      return toFlight(known);
    }
    if (failure instanceof SQLException sql) {
      return toFlight(DuckDBErrors.translate(sql));
    }
    log.error("Unexpected failure", failure);
    return toFlight(
        new DuckherderException(
            StandardErrorCode.INTERNAL_ERROR,
            "Duckherder failed: %s; please report it with the server's log".formatted(failure),
            failure));
  }

  private static FlightRuntimeException toFlight(DuckherderException failure) {
    ErrorCode code = failure.code();
    ErrorFlightMetadata metadata = new ErrorFlightMetadata();
    metadata.insert(CODE, code.name());
    metadata.insert(TYPE, code.type().name());
    metadata.insert(RETRYABLE, String.valueOf(code.retryable()));
    return status(code.status())
        .withDescription(failure.text())
        .withMetadata(metadata)
        .withCause(failure)
        .toRuntimeException();
  }

  /**
   * What a client throws for a failure that a server sent, or for one of the connection to it.
   *
   * @param peer how to name the server: {@code worker w1 (127.0.0.1:8816)}
   */
  public static DuckherderException fromFlight(FlightRuntimeException failure, String peer) {
    String text = Optional.ofNullable(failure.status().description()).orElse("no reason given");
    ErrorFlightMetadata metadata = failure.status().metadata();
    if (metadata != null && metadata.containsKey(CODE)) {
      return new DuckherderException(codeOf(metadata, failure), text, failure);
    }
    switch (failure.status().code()) {
      case UNAUTHENTICATED:
        return new DuckherderException(
            StandardErrorCode.AUTHENTICATION_FAILED,
            "Cannot use %s: the token is missing or wrong".formatted(peer),
            failure);
      case CANCELLED:
        return new DuckherderException(
            StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", failure);
      case TIMED_OUT:
        return new DuckherderException(
            StandardErrorCode.TIMEOUT, "No answer in time from " + peer, failure);
      case UNIMPLEMENTED:
        return new DuckherderException(
            StandardErrorCode.UNSUPPORTED,
            "%s does not support this call: %s".formatted(peer, text),
            failure);
      case UNAVAILABLE:
        return new DuckherderException(
            StandardErrorCode.UNREACHABLE,
            "Cannot reach %s: %s; is it running, and is the address right?".formatted(peer, text),
            failure);
      default:
        return new DuckherderException(
            StandardErrorCode.STREAM_BROKEN,
            "The stream from %s broke: %s".formatted(peer, text),
            failure);
    }
  }

  private static ErrorCode codeOf(ErrorFlightMetadata metadata, FlightRuntimeException failure) {
    String name = metadata.get(CODE);
    return Arrays.stream(StandardErrorCode.values())
        .filter(code -> code.name().equals(name))
        .map(ErrorCode.class::cast)
        .findFirst()
        .orElseGet(
            () ->
                new RemoteErrorCode(
                    name,
                    typeOf(metadata),
                    Boolean.parseBoolean(metadata.get(RETRYABLE)),
                    statusOf(failure.status().code())));
  }

  private static ErrorType typeOf(ErrorFlightMetadata metadata) {
    return Arrays.stream(ErrorType.values())
        .filter(type -> type.name().equals(metadata.get(TYPE)))
        .findFirst()
        .orElse(ErrorType.INTERNAL);
  }

  private static ErrorStatus statusOf(FlightStatusCode code) {
    return Arrays.stream(ErrorStatus.values())
        .filter(status -> status.name().equals(code.name()))
        .findFirst()
        .orElse(ErrorStatus.INTERNAL);
  }

  private static CallStatus status(ErrorStatus status) {
    return switch (status) {
      case INVALID_ARGUMENT -> CallStatus.INVALID_ARGUMENT;
      case NOT_FOUND -> CallStatus.NOT_FOUND;
      case ALREADY_EXISTS -> CallStatus.ALREADY_EXISTS;
      case UNIMPLEMENTED -> CallStatus.UNIMPLEMENTED;
      case UNAUTHENTICATED -> CallStatus.UNAUTHENTICATED;
      case UNAUTHORIZED -> CallStatus.UNAUTHORIZED;
      case UNAVAILABLE -> CallStatus.UNAVAILABLE;
      case RESOURCE_EXHAUSTED -> CallStatus.RESOURCE_EXHAUSTED;
      case TIMED_OUT -> CallStatus.TIMED_OUT;
      case CANCELLED -> CallStatus.CANCELLED;
      case INTERNAL -> CallStatus.INTERNAL;
    };
  }

  /** A code of a newer peer that this version does not know. */
  private record RemoteErrorCode(String name, ErrorType type, boolean retryable, ErrorStatus status)
      implements ErrorCode {}
}
