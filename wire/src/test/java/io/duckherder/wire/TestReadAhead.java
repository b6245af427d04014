package io.duckherder.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How many messages a stream asks for before they are read. */
final class TestReadAhead {
  private static final int BATCHES = 40;

  private static BufferAllocator allocator;
  private static FlightServer server;

  @BeforeAll
  static void start() throws Exception {
    allocator = new RootAllocator();
    server =
        FlightServer.builder(
                allocator, Location.forGrpcInsecure("127.0.0.1", 0), new CountingProducer())
            .build()
            .start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    allocator.close();
  }

  @Test
  void asksForTwoBatchesMoreThanAreRead() throws Exception {
    Requests requests = new Requests();
    try (FlightClient client = client(requests);
        FlightStream stream = client.getStream(new Ticket(new byte[0]))) {
      for (int read = 1; stream.next(); read++) {
        assertThat(((BigIntVector) stream.getRoot().getVector(0)).get(0)).isEqualTo(read);
        // The schema is a message too.
        assertThat(requests.messages).hasValueLessThanOrEqualTo(1 + read + 2);
      }
    }
    assertThat(requests.messages).hasValueGreaterThan(BATCHES);
  }

  private static FlightClient client(Requests requests) {
    return FlightGrpcUtils.createFlightClient(
        allocator,
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .usePlaintext()
            .intercept(requests, new ReadAhead())
            .build());
  }

  /** Counts the messages that go through it as asked for. */
  private static final class Requests implements ClientInterceptor {
    private final AtomicInteger messages = new AtomicInteger();

    @Override
    public <RequestT, ResponseT> ClientCall<RequestT, ResponseT> interceptCall(
        MethodDescriptor<RequestT, ResponseT> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void request(int asked) {
          messages.addAndGet(asked);
          super.request(asked);
        }
      };
    }
  }

  /** Sends batches of one row, their number. */
  private static final class CountingProducer extends NoOpFlightProducer {
    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
      try (BigIntVector numbers = new BigIntVector("number", allocator);
          VectorSchemaRoot root = new VectorSchemaRoot(List.of(numbers))) {
        listener.start(root);
        for (int i = 1; i <= BATCHES; i++) {
          numbers.setSafe(0, i);
          root.setRowCount(1);
          listener.putNext();
        }
        listener.completed();
      }
    }
  }
}
