package io.duckherder.benchmarks.inner;

import io.duckherder.storage.Digest;
import java.nio.ByteBuffer;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The digest of a block of 256 KiB, which a seal takes of each that may have changed. */
@State(Scope.Benchmark)
public class BlockDigests {
  private static final int BLOCK = 256 * 1024;

  private final ByteBuffer block = block();

  private static ByteBuffer block() {
    byte[] bytes = new byte[BLOCK];
    new Random(1).nextBytes(bytes);
    return ByteBuffer.allocateDirect(BLOCK).put(bytes).flip();
  }

  /** One block. */
  @Benchmark
  public String digest() {
    return Digest.of(block);
  }
}
