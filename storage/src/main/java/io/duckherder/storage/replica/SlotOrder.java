package io.duckherder.storage.replica;

/** Whether the numbers of the snapshots of a database tell which one will be wanted again. */
public enum SlotOrder {
  /** The greatest number is what new queries read. */
  BY_NUMBER,
  /** Numbers only tell one snapshot from another. */
  NONE;

  boolean isNewer(long number, long than) {
    return this == BY_NUMBER && number > than;
  }
}
