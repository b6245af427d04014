package io.duckherder.spark.source;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The root of all Arrow memory of the connector in this JVM; each stream takes a child of it. */
final class JvmMemory {
  static final BufferAllocator ALLOCATOR = new RootAllocator();

  private JvmMemory() {}
}
