package io.duckherder.worker.engine;

/**
 * Whether a DuckDB goes on taking statements: a fatal error of one of them shuts it down for all.
 */
interface InstanceHealth {
  /** Whether it takes no more, as far as is known. */
  boolean isBroken();

  /** Whether it takes statements, looked at now. */
  boolean works();
}
