package io.duckherder.plan.cut;

import java.util.Optional;

/** The joins that DuckDB prints, by which side's rows they keep. */
enum JoinKind {
  INNER(true, true),
  LEFT(true, false),
  RIGHT(false, true),
  FULL(false, false),
  /** Left rows that have a match. */
  SEMI(true, false),
  /** Left rows that have none. */
  ANTI(true, false),
  /** Left rows, each with whether it has a match. */
  MARK(true, false),
  /** Left rows, each with its one match or NULLs. */
  SINGLE(true, false),
  RIGHT_SEMI(false, true),
  RIGHT_ANTI(false, true),
  /** Left rows, each with the nearest row of the right. */
  ASOF(true, false),
  ASOF_LEFT(true, false),
  /** Row by row: no part of a side can be had without all of it. */
  POSITIONAL(false, false);

  private final boolean leftMayBeCut;
  private final boolean rightMayBeCut;

  JoinKind(boolean leftMayBeCut, boolean rightMayBeCut) {
    this.leftMayBeCut = leftMayBeCut;
    this.rightMayBeCut = rightMayBeCut;
  }

  /** Whether parts of the left side, each joined with all of the right, make up the join. */
  boolean leftMayBeCut() {
    return leftMayBeCut;
  }

  /** Whether parts of the right side, each joined with all of the left, make up the join. */
  boolean rightMayBeCut() {
    return rightMayBeCut;
  }

  /** Whether its rows hold the columns of both sides. */
  boolean keepsBoth() {
    return this == INNER
        || this == LEFT
        || this == RIGHT
        || this == FULL
        || this == SINGLE
        || this == ASOF
        || this == ASOF_LEFT
        || this == POSITIONAL;
  }

  /** The kind of a join as the tree names it. */
  static Optional<JoinKind> of(String refType, String joinType) {
    if (refType.equals("POSITIONAL")) {
      return Optional.of(POSITIONAL);
    }
    if (refType.equals("ASOF")) {
      return switch (joinType) {
        case "INNER" -> Optional.of(ASOF);
        case "LEFT" -> Optional.of(ASOF_LEFT);
        default -> Optional.empty();
      };
    }
    if (refType.equals("CROSS")) {
      return Optional.of(INNER);
    }
    if (!refType.equals("REGULAR")) {
      return Optional.empty();
    }
    return switch (joinType) {
      case "INNER" -> Optional.of(INNER);
      case "LEFT" -> Optional.of(LEFT);
      case "RIGHT" -> Optional.of(RIGHT);
      case "FULL", "OUTER" -> Optional.of(FULL);
      case "SEMI" -> Optional.of(SEMI);
      case "ANTI" -> Optional.of(ANTI);
      case "MARK" -> Optional.of(MARK);
      case "SINGLE" -> Optional.of(SINGLE);
      case "RIGHT_SEMI" -> Optional.of(RIGHT_SEMI);
      case "RIGHT_ANTI" -> Optional.of(RIGHT_ANTI);
      default -> Optional.empty();
    };
  }
}
