package io.duckherder.benchmarks.inner;

import io.duckherder.layout.RowRange;
import io.duckherder.plan.Fragment;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.ticket.ClusterKey;
import io.duckherder.ticket.TicketCodec;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Signs the ticket of a partition, and opens it as a worker does. */
@State(Scope.Benchmark)
public class Tickets {
  private static final Duration VALIDITY = Duration.ofHours(1);

  private final TicketCodec codec =
      new TicketCodec(ClusterKey.derive("a secret of the benchmark"), Clock.systemUTC());
  private final Fragment fragment =
      new Fragment(
          "benchmark",
          7,
          new Snapshot(Map.of("sf1", new SealedVersion("5f8e", 7, "a1c4"))),
          SessionSettings.DEFAULT,
          "SELECT l_orderkey, l_partkey, l_quantity, l_extendedprice FROM sf1.main.lineitem"
              + " WHERE l_shipdate >= DATE '1995-01-01' AND l_discount BETWEEN 0.05 AND 0.07",
          Optional.of(new RowRange(122_880, 245_760)),
          true);
  private final byte[] sealed = codec.seal(fragment, VALIDITY);

  /** Makes and signs one. */
  @Benchmark
  public byte[] seal() {
    return codec.seal(fragment, VALIDITY);
  }

  /** Checks one and reads it. */
  @Benchmark
  public Fragment open() {
    return codec.open(sealed);
  }
}
