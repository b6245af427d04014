package io.duckherder.wire;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.MethodDescriptor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps two messages of a stream under way besides the one that is read. Arrow's client asks for
 * five, whatever their size, and each is a batch in memory.
 *
 * <p>The client asks for its five at once when the stream begins, and then for one each time that
 * it takes one: so it is enough to hold back three of the first.
 */
final class ReadAhead implements ClientInterceptor {
  private static final int HELD_BACK = 3;

  @Override
  public <RequestT, ResponseT> ClientCall<RequestT, ResponseT> interceptCall(
      MethodDescriptor<RequestT, ResponseT> method, CallOptions options, Channel next) {
    ClientCall<RequestT, ResponseT> call = next.newCall(method, options);
    return method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING
        ? new HoldingCall<>(call)
        : call;
  }

  private static final class HoldingCall<RequestT, ResponseT>
      extends SimpleForwardingClientCall<RequestT, ResponseT> {
    private final AtomicInteger toHold = new AtomicInteger(HELD_BACK);

    HoldingCall(ClientCall<RequestT, ResponseT> call) {
      super(call);
    }

    /** Of each request at least one message is let through, so that no stream stands still. */
    @Override
    public void request(int messages) {
      int spare = messages - 1;
      int held = Math.min(spare, toHold.getAndUpdate(left -> Math.max(0, left - spare)));
      super.request(messages - held);
    }
  }
}
