package io.duckherder.error;

/** Who has to act on an error. */
public enum ErrorType {
  /** The query, option or data is wrong: its author acts. */
  USER,
  /** Memory, disk, time or slots ran out: the user or operator acts. */
  RESOURCE,
  /** Storage, network or a peer failed: the operator acts; often a retry helps. */
  EXTERNAL,
  /** An invariant broke: a bug in Duckherder. */
  INTERNAL
}
