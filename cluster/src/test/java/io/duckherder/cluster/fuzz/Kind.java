package io.duckherder.cluster.fuzz;

/** What expressions can be made of a value. */
enum Kind {
  BOOLEAN,
  INTEGER,
  DECIMAL,
  FLOAT,
  TEXT,
  DATE,
  TIMESTAMP,
  ZONED,
  TIME,
  /** Compared, grouped, sorted and shown, and no more. */
  OTHER
}
