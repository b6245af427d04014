package io.duckherder.cluster.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** A driver's status as people read it. */
final class StatusText {
  private StatusText() {}

  static String of(JsonNode status) {
    return status.toPrettyString();
  }
}
