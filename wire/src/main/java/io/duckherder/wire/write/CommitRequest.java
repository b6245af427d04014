package io.duckherder.wire.write;

import java.util.List;
import java.util.Optional;

/**
 * All that a write changes, as one transaction.
 *
 * @param job the write
 * @param parts whose rows it takes; those of other runs of tasks are not looked at
 * @param record what to remember of it
 * @param base what it was worked out on, if that must not have changed
 * @param steps what to run, in this order
 */
public record CommitRequest(
    StagingJob job,
    List<StagedPart> parts,
    CommitRecord record,
    Optional<CommitBase> base,
    List<CommitStep> steps) {
  public CommitRequest {
    parts = List.copyOf(parts);
    steps = List.copyOf(steps);
  }
}
