package io.duckherder.tpch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A text that lies beside this class in the jar. */
final class TpchResource {
  private TpchResource() {}

  static String text(String name) {
    try (InputStream in = TpchResource.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The jar of duckherder-tpch lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
