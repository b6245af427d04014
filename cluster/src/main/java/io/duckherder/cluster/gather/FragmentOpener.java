package io.duckherder.cluster.gather;

import io.duckherder.plan.Fragment;
import io.duckherder.wire.BatchStream;

/** Starts a fragment somewhere and gives its rows. */
@FunctionalInterface
public interface FragmentOpener {
  /**
   * The rows of a fragment, from the place that suits best.
   *
   * @param attempt how often the fragment was started before
   */
  BatchStream open(Fragment fragment, int attempt);
}
