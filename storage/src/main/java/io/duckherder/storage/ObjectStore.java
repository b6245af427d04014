package io.duckherder.storage;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Keeps objects. So little is asked of it that an object store can be one: an object appears whole
 * or not at all, is never changed, and the manifest is replaced at once. What was acknowledged
 * survives a crash of the machine.
 */
public interface ObjectStore extends ObjectSource {
  /** Writes an object, which nobody sees before it is committed. */
  Writing create(String name);

  /** Puts another manifest in the place of the last one, in one step. */
  void replaceManifest(ByteBuffer content);

  /** Deletes an object; that it is not there is no error. */
  void delete(String name);

  /** The names of all objects, the manifest's among them. */
  List<String> list();

  /** An object on its way; closed without commit, nothing is left of it. */
  interface Writing extends AutoCloseable {
    void write(ByteBuffer bytes);

    void commit();

    @Override
    void close();
  }
}
