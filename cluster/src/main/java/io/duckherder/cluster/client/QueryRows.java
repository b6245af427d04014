package io.duckherder.cluster.client;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The rows of a query that runs on the cluster, endpoint by endpoint. */
final class QueryRows implements RowSource {
  private final ClusterClient client;
  private final Deque<FlightEndpoint> endpoints;
  private final Schema schema;
  private @Nullable FlightStream stream;
  private int row;
  private int rows;

  /** Starts reading, so that an error of the query shows here. */
  QueryRows(ClusterClient client, FlightInfo info) {
    this.client = client;
    this.endpoints = new ArrayDeque<>(info.getEndpoints());
    this.schema =
        info.getSchemaOptional()
            .filter(known -> !known.getFields().isEmpty() || endpoints.isEmpty())
            .orElseGet(this::openFirst);
  }

  private Schema openFirst() {
    FlightEndpoint first = endpoints.poll();
    if (first == null) {
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR, "The driver gave a result without a schema");
    }
    FlightStream opened = client.open(first);
    stream = opened;
    return client.translating(opened::getSchema);
  }

  @Override
  public List<Column> columns() {
    return schema.getFields().stream()
        .map(field -> new Column(field.getName(), isNumeric(field)))
        .toList();
  }

  @Override
  public @Nullable List<@Nullable Object> next() {
    while (row == rows) {
      if (!nextBatch()) {
        return null;
      }
    }
    VectorSchemaRoot batch = current().getRoot();
    List<@Nullable Object> values = new ArrayList<>(batch.getFieldVectors().size());
    for (FieldVector vector : batch.getFieldVectors()) {
      values.add(CellReader.read(vector, row));
    }
    row++;
    return values;
  }

  private boolean nextBatch() {
    while (true) {
      if (stream == null) {
        FlightEndpoint endpoint = endpoints.poll();
        if (endpoint == null) {
          return false;
        }
        stream = client.open(endpoint);
      }
      FlightStream reading = stream;
      if (client.translating(reading::next)) {
        row = 0;
        rows = reading.getRoot().getRowCount();
        return true;
      }
      close();
    }
  }

  private FlightStream current() {
    if (stream == null) {
      throw new IllegalStateException("No batch is loaded");
    }
    return stream;
  }

  @Override
  public void close() {
    FlightStream closing = stream;
    stream = null;
    if (closing == null) {
      return;
    }
    try {
      closing.close();
    } catch (FlightRuntimeException e) {
      throw client.translate(e);
    } catch (Exception e) {
      throw new IllegalStateException("Cannot close a result", e);
    }
  }

  private static boolean isNumeric(Field field) {
    ArrowType type = field.getType();
    return type instanceof ArrowType.Int
        || type instanceof ArrowType.FloatingPoint
        || type instanceof ArrowType.Decimal;
  }
}
