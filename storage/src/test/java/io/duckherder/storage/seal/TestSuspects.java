package io.duckherder.storage.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.storage.file.BlockList;
import io.duckherder.storage.file.FileHeaders;
import java.util.BitSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ten blocks, of which block 9 is metadata; what DuckDB could do with them. */
final class TestSuspects {
  private static final int METADATA = 9;

  private int iteration = 1;
  private final Suspects suspects = new Suspects(headers(), list());

  @Test
  void onlyWhatWasFreeOrIsMetadataIsSuspect() {
    checkpoint(3, 4);
    suspects.sealed();
    assertThat(suspects.written().isEmpty()).isTrue();
    checkpoint(4, 5);
    assertThat(suspects.written()).isEqualTo(bits(3, METADATA));
  }

  @Test
  void aHeldBlockStaysSuspectUntilItIsWritten() {
    seal(3, "old");
    checkpoint(3);
    suspects.freed(3, "old");
    suspects.sealed();
    for (int i = 0; i < 9; i++) {
      // Not on the list any more, but nobody writes it: a reader holds it.
      checkpoint();
      assertThat(suspects.written()).isEqualTo(bits(3, METADATA));
      seal(3, "old");
    }
    checkpoint();
    assertThat(suspects.written()).isEqualTo(bits(3, METADATA));
    suspects.seen(3, "old", "new");
    suspects.sealed();
    checkpoint();
    assertThat(suspects.written()).isEqualTo(bits(METADATA));
  }

  @Test
  void aBlockThatWasTakenIntoUseIsNoSuspectForLong() {
    seal(3, "old");
    checkpoint(3);
    suspects.freed(3, "old");
    suspects.sealed();
    for (int i = 0; i < 3; i++) {
      checkpoint();
      assertThat(suspects.written().get(3)).isEqualTo(i == 0);
      assertThat(suspects.lingering().get(3)).isEqualTo(i == 1);
      suspects.seen(3, "old", "new");
      suspects.sealed();
    }
  }

  @Test
  void aMissedCheckpointMakesBlind() {
    iteration++;
    checkpoint(3);
    assertThat(suspects.blind()).isTrue();
  }

  private void seal(int block, String digest) {
    suspects.seen(block, digest, digest);
    suspects.sealed();
  }

  private void checkpoint(int... free) {
    iteration++;
    suspects.checkpointed(headers(), list(free));
  }

  private FileHeaders headers() {
    return new FileHeaders("", iteration, 0, 0, 10, 16384, true);
  }

  private static Optional<BlockList> list(int... free) {
    return Optional.of(new BlockList(bits(free), bits(METADATA)));
  }

  private static BitSet bits(int... blocks) {
    BitSet bits = new BitSet();
    for (int block : blocks) {
      bits.set(block);
    }
    return bits;
  }
}
