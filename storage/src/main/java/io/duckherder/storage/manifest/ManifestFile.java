package io.duckherder.storage.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** Reads and writes the manifest: JSON that a person can read. */
public final class ManifestFile {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new Jdk8Module())
          .registerModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addDeserializer(Instant.class, new Instants()))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** The manifest may be replaced between asking for its size and reading it. */
  private static final int TRIES = 20;

  private ManifestFile() {}

  public static void write(Manifest manifest, ObjectStore store) {
    try {
      store.replaceManifest(ByteBuffer.wrap(JSON.writeValueAsBytes(manifest)));
    } catch (JsonProcessingException e) {
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR, "Cannot write a manifest as JSON", e);
    }
  }

  /** The manifest, or nothing if the store is empty. */
  public static Optional<Manifest> find(ObjectSource source) {
    try {
      return Optional.of(read(source));
    } catch (DuckherderException e) {
      if (e.code() == StandardErrorCode.SNAPSHOT_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The manifest; fails with SNAPSHOT_NOT_FOUND if there is none. */
  public static Manifest read(ObjectSource source) {
    for (int attempt = 1; ; attempt++) {
      try {
        long size = source.size(ObjectSource.MANIFEST);
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
        source.read(ObjectSource.MANIFEST, 0, bytes);
        return parse(bytes.array());
      } catch (DuckherderException e) {
        if (e.code() != StandardErrorCode.SNAPSHOT_STORE_BROKEN || attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  private static Manifest parse(byte[] bytes) {
    try {
      JsonNode tree = JSON.readTree(bytes);
      int version = tree.path("formatVersion").asInt();
      if (version > Manifest.FORMAT_VERSION) {
        throw new DuckherderException(
            StandardErrorCode.SNAPSHOT_STORE_TOO_NEW,
            "Cannot read a snapshot store of format "
                + version
                + ": this Duckherder reads up to format "
                + Manifest.FORMAT_VERSION
                + "; use the version that wrote it, or a newer one");
      }
      return JSON.treeToValue(tree, Manifest.class);
    } catch (IOException | IllegalArgumentException e) {
      throw new DuckherderException(
          StandardErrorCode.SNAPSHOT_STORE_BROKEN,
          "Cannot read the manifest of a snapshot store: "
              + e.getMessage()
              + "; it begins with \""
              + new String(bytes, 0, Math.min(bytes.length, 40), StandardCharsets.UTF_8)
              + "\"",
          e);
    }
  }

  private static final class Instants extends FromStringDeserializer<Instant> {
    private static final long serialVersionUID = 1;

    Instants() {
      super(Instant.class);
    }

    @Override
    protected Instant _deserialize(String value, DeserializationContext context) {
      return Instant.parse(value);
    }
  }
}
