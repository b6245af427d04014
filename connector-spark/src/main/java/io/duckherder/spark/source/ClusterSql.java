package io.duckherder.spark.source;

import io.duckherder.wire.ClientPool;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.FlightErrors;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * SQL through Flight SQL on the cluster's driver. Reads and writes are transactions, which run on
 * the live databases: what was committed is seen at once, and nothing has to be sealed for it.
 */
final class ClusterSql implements SqlAccess {
  private static final byte[] NONE = new byte[0];

  private final Location driver;
  private final Optional<String> token;

  ClusterSql(Location driver, Optional<String> token) {
    this.driver = driver;
    this.token = token;
  }

  @Override
  public List<List<@Nullable String>> read(String sql) {
    return with(client -> inTransaction(client, transaction -> rows(client, sql, transaction)));
  }

  @Override
  public void write(List<String> statements) {
    try {
      with(
          client ->
              inTransaction(
                  client,
                  transaction -> {
                    statements.forEach(sql -> rows(client, sql, transaction));
                    return List.of();
                  }));
    } finally {
      ActionGroups.PROCESS.written();
    }
  }

  @Override
  public List<List<@Nullable String>> call(String sql) {
    try {
      return with(client -> rows(client, sql, NONE));
    } finally {
      ActionGroups.PROCESS.written();
    }
  }

  private <T> T with(Function<FlightClient, T> work) {
    // Nobody closes this object, so each call closes its connection.
    try (ClientPool clients = new ClientPool(JvmMemory.ALLOCATOR, token)) {
      return work.apply(clients.client(driver));
    } catch (FlightRuntimeException e) {
      throw FlightErrors.fromFlight(e, "the driver at " + FlightClients.address(driver));
    }
  }

  private static <T> T inTransaction(FlightClient client, Function<byte[], T> work) {
    byte[] transaction =
        FlightSqlMessages.transaction(
            act(client, "BeginTransaction", FlightSqlMessages.beginTransaction()));
    T answer;
    try {
      answer = work.apply(transaction);
    } catch (RuntimeException e) {
      try {
        act(client, "EndTransaction", FlightSqlMessages.rollback(transaction));
      } catch (RuntimeException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    act(client, "EndTransaction", FlightSqlMessages.commit(transaction));
    return answer;
  }

  private static byte[] act(FlightClient client, String type, byte[] body) {
    byte[] answer = NONE;
    Iterator<Result> results = client.doAction(new Action(type, body));
    while (results.hasNext()) {
      answer = results.next().getBody();
    }
    return answer;
  }

  private static List<List<@Nullable String>> rows(
      FlightClient client, String sql, byte[] transaction) {
    FlightInfo info =
        client.getInfo(FlightDescriptor.command(FlightSqlMessages.query(sql, transaction)));
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      while (stream.next()) {
        add(stream.getRoot(), rows);
      }
    } catch (FlightRuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("A stream that was read cannot be closed", e);
    }
    return rows;
  }

  private static void add(VectorSchemaRoot root, List<List<@Nullable String>> rows) {
    for (int i = 0; i < root.getRowCount(); i++) {
      List<@Nullable String> row = new ArrayList<>();
      for (FieldVector vector : root.getFieldVectors()) {
        row.add(vector.isNull(i) ? null : String.valueOf(vector.getObject(i)));
      }
      rows.add(row);
    }
  }
}
