package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Worker;

/**
 * Rows of a task that a worker keeps for later stages.
 *
 * @param worker where they are
 * @param name the table's name in the exchange
 * @param rows how many there are
 */
record KeptTable(Worker worker, String name, long rows) {

  /** Whether a worker is the process that keeps it. */
  boolean isOn(Worker other) {
    return worker.registration().incarnation().equals(other.registration().incarnation());
  }
}
