package io.duckherder.cluster.answer;

import io.duckherder.cluster.client.ArrowRows;
import io.duckherder.wire.BatchStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a query, from wherever it ran, in the Java values of the project's client.
 *
 * @param columns names, types and nullability, as Arrow tells them
 * @param rows the rows, whose values may be null
 */
public record Answer(List<Field> columns, List<List<@Nullable Object>> rows) {
  public Answer {
    columns = List.copyOf(columns);
    rows = Collections.unmodifiableList(rows);
  }

  /** Reads a stream to its end. */
  public static Answer of(BatchStream stream) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    while (stream.next()) {
      rows.addAll(ArrowRows.of(stream.root()));
    }
    return new Answer(stream.schema().getFields(), rows);
  }

  /** Runs a statement on a cluster. */
  public static Answer of(FlightSqlClient client, String sql) {
    FlightInfo info = client.execute(sql);
    List<Field> columns =
        info.getSchemaOptional().map(schema -> schema.getFields()).orElse(List.of());
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      try (FlightStream stream = client.getStream(endpoint.getTicket())) {
        columns = stream.getSchema().getFields();
        while (stream.next()) {
          rows.addAll(ArrowRows.of(stream.getRoot()));
        }
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("Cannot close a result", e);
      }
    }
    return new Answer(columns, rows);
  }
}
