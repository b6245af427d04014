package io.duckherder.benchmarks.sql;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.duckherder.cluster.local.LogFiles;
import io.duckherder.wire.FlightClients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A Flight SQL server that does nothing: each small query has its answer made beforehand. What a
 * query costs here is what Flight SQL costs. Run as a process; its first line tells its address.
 */
public final class EmptyServer extends NoOpFlightSqlProducer {
  private final Map<SmallQuery, Schema> schemas = new EnumMap<>(SmallQuery.class);
  private final Map<SmallQuery, VectorSchemaRoot> answers = new EnumMap<>(SmallQuery.class);

  /** Serves the answers in the folder that is its one argument, until its process is ended. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    LogFiles.toStandardError();
    BufferAllocator allocator = new RootAllocator();
    FlightServer server =
        FlightClients.permitKeepAlive(
                FlightServer.builder(
                    allocator,
                    Location.forGrpcInsecure("127.0.0.1", 0),
                    new EmptyServer(new AnswerFiles(Path.of(arguments[0])), allocator)))
            .build()
            .start();
    System.out.println("Serves at grpc://127.0.0.1:" + server.getPort());
    server.awaitTermination();
  }

  private EmptyServer(AnswerFiles files, BufferAllocator allocator) throws IOException {
    for (SmallQuery query : SmallQuery.values()) {
      ArrowStreamReader reader = files.open(query, allocator);
      schemas.put(query, reader.getVectorSchemaRoot().getSchema());
      answers.put(query, reader.getVectorSchemaRoot());
    }
  }

  @Override
  public FlightInfo getFlightInfoStatement(
      CommandStatementQuery command, CallContext call, FlightDescriptor descriptor) {
    SmallQuery query = SmallQuery.of(command.getQuery());
    TicketStatementQuery ticket =
        TicketStatementQuery.newBuilder()
            .setStatementHandle(ByteString.copyFromUtf8(query.name()))
            .build();
    return new FlightInfo(
        schemas.get(query),
        descriptor,
        List.of(new FlightEndpoint(new Ticket(Any.pack(ticket).toByteArray()))),
        -1,
        -1);
  }

  @Override
  public void getStreamStatement(
      TicketStatementQuery ticket, CallContext call, ServerStreamListener listener) {
    SmallQuery query = SmallQuery.valueOf(ticket.getStatementHandle().toStringUtf8());
    listener.start(answers.get(query));
    listener.putNext();
    listener.completed();
  }
}
