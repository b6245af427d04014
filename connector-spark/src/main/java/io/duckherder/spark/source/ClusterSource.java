package io.duckherder.spark.source;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ReadRequest;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.FlightErrors;
import io.duckherder.wire.ReadCommand;
import io.duckherder.wire.ReadInfo;
import io.duckherder.wire.TicketStream;
import io.duckherder.wire.write.StageCommand;
import io.duckherder.wire.write.StagedPart;
import io.duckherder.wire.write.StagingJob;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A cluster: its driver plans, its workers serve the tickets. A ticket is its own credential, so
 * the token stays on Spark's driver.
 */
public final class ClusterSource implements ReadSource {
  private static final long serialVersionUID = 1;

  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  private final String url;
  private final transient Optional<String> token;

  /** A source over the cluster whose driver is at {@code grpc://host:port}. */
  public ClusterSource(String url, Optional<String> token) {
    location(url);
    this.url = url;
    this.token = token;
  }

  private static Location location(String url) {
    try {
      return FlightClients.location(url);
    } catch (IllegalArgumentException e) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Invalid option \"url\": \"%s\" (expected grpc://host:port)"
              .formatted(withoutSecrets(url)));
    }
  }

  /** A URL that is not as it should be may hold a password before the host or as a parameter. */
  private static String withoutSecrets(String url) {
    return url.replaceFirst("(?s)^([a-z+]*://)?.*@", "$1***@").replaceFirst("(?s)[?#].*", "?***");
  }

  private String address() {
    return FlightClients.address(location(url));
  }

  @Override
  public PlannedRead plan(ReadRequest request) {
    Location driver = location(url);
    try (FlightClient client = FlightClients.open(JvmMemory.ALLOCATOR, driver, token)) {
      FlightInfo info =
          client.getInfo(ReadCommand.encode(request.inGroup(ActionGroups.PROCESS.current())));
      return planned(driver, info, JSON.readValue(info.getAppMetadata(), ReadInfo.class));
    } catch (FlightRuntimeException e) {
      throw FlightErrors.fromFlight(e, "the driver at " + FlightClients.address(driver));
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read the driver's answer; use connector and cluster of one version",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", e);
    }
  }

  private static PlannedRead planned(Location driver, FlightInfo info, ReadInfo read) {
    List<DuckherderInputPartition> partitions = new ArrayList<>();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      String[] workers =
          endpoint.getLocations().stream()
              .map(location -> location.equals(Location.reuseConnection()) ? driver : location)
              .map(location -> location.getUri().toString())
              .toArray(String[]::new);
      partitions.add(
          new DuckherderInputPartition(
              endpoint.getTicket().getBytes(),
              workers,
              read.ordered(),
              info.getEndpoints().size() == 1));
    }
    return new PlannedRead(
        read.queryId(), read.columns(), partitions, read.snapshot(), read.summary());
  }

  /** A task that is tried again begins at another worker. */
  @Override
  public BatchStream open(DuckherderInputPartition partition, int attempt) {
    List<Location> workers = new ArrayList<>();
    for (String uri : partition.locations()) {
      URI worker = URI.create(uri);
      workers.add(Location.forGrpcInsecure(worker.getHost(), worker.getPort()));
    }
    Collections.rotate(workers, -attempt);
    return new TicketStream(Clients.POOL, partition.work(), workers, partition.ordered());
  }

  @Override
  public boolean isCluster() {
    return true;
  }

  @Override
  public SqlAccess sql() {
    return new ClusterSql(location(url), token);
  }

  @Override
  public TaskStage stage(StagingJob job, StagedPart part, VectorSchemaRoot root) {
    return new ClusterStage(
        Clients.POOL.client(location(url)), address(), new StageCommand(job, part), root);
  }

  @Override
  public WriteAccess writes() {
    return new ClusterWrites(location(url), token);
  }

  @Override
  public Optional<Object> state() {
    return Optional.empty();
  }

  @Override
  public String availableTables() {
    return "duckherder-cluster sql --url %s://%s \"SHOW ALL TABLES\" lists what there is"
        .formatted(FlightClients.SCHEME, address());
  }

  @Override
  public String description() {
    return address();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterSource that
        && url.equals(that.url)
        && Objects.equals(token, that.token);
  }

  @Override
  public int hashCode() {
    return url.hashCode();
  }

  /** The connections to workers, shared by all tasks of this JVM and as long-lived as it. */
  private static final class Clients {
    static final ClientPool POOL = new ClientPool(JvmMemory.ALLOCATOR, Optional.empty());
  }
}
