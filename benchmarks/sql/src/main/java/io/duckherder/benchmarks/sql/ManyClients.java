package io.duckherder.benchmarks.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;

/** Clients of one server that ask as fast as they are answered, each small query in its turn. */
final class ManyClients implements AutoCloseable {
  private final ServerProcess server;
  private final List<QueryClient> clients = new ArrayList<>();
  private final ExecutorService threads;
  private final int scale;

  ManyClients(ServerProcess server, int count, int scale, BufferAllocator allocator) {
    this.server = server;
    for (int i = 0; i < count; i++) {
      clients.add(new QueryClient(server.url(), allocator));
    }
    this.threads = Executors.newFixedThreadPool(count);
    this.scale = scale;
  }

  /** Runs for a while; fails if a query does. */
  Measured run(double seconds) throws Exception {
    double cpu = server.cpuSeconds();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    List<Callable<Latencies>> loops = new ArrayList<>();
    for (int i = 0; i < clients.size(); i++) {
      int number = i;
      loops.add(() -> loop(clients.get(number), number, end));
    }
    Latencies together = new Latencies();
    for (Future<Latencies> loop : threads.invokeAll(loops)) {
      together.addAll(loop.get());
    }
    return new Measured(together, server.cpuSeconds() - cpu);
  }

  private Latencies loop(QueryClient client, int number, long end) throws Exception {
    Latencies own = new Latencies();
    SmallQuery[] mix = SmallQuery.values();
    for (int i = number; System.nanoTime() < end; i++) {
      String sql = mix[i % mix.length].sql(scale);
      long start = System.nanoTime();
      client.run(sql);
      own.add(System.nanoTime() - start);
    }
    return own;
  }

  @Override
  public void close() throws Exception {
    threads.shutdown();
    for (QueryClient client : clients) {
      client.close();
    }
  }
}
