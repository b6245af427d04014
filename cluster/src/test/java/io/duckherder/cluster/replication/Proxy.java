package io.duckherder.cluster.replication;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A wire between worker and driver that counts, breaks, stops and damages what the driver sends.
 */
final class Proxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int driverPort;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong breakAt = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong stopAt = new AtomicLong(Long.MAX_VALUE);
  private final AtomicBoolean damage = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  Proxy(int driverPort) throws IOException {
    this.driverPort = driverPort;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Bytes that came from the driver. */
  long received() {
    return received.get();
  }

  void reset() {
    received.set(0);
  }

  /** Cuts all connections once, after some bytes more. */
  void breakAfter(long bytes) {
    breakAt.set(received.get() + bytes);
  }

  /** Lets nothing through any more after some bytes. */
  void stopAfter(long bytes) {
    stopAt.set(received.get() + bytes);
  }

  /** Waits until nothing gets through any more. */
  void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  void goOn() {
    stopAt.set(Long.MAX_VALUE);
    sockets.forEach(Proxy::closeQuietly);
  }

  /** Changes one byte in the middle of the next big chunk. */
  void damageNext() {
    damage.set(true);
  }

  private void accept() {
    try {
      while (true) {
        Socket worker = listener.accept();
        Socket driver = new Socket(InetAddress.getLoopbackAddress(), driverPort);
        sockets.add(worker);
        sockets.add(driver);
        start(() -> copy(worker, driver, false));
        start(() -> copy(driver, worker, true));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void copy(Socket from, Socket to, boolean counted) {
    byte[] buffer = new byte[64 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        if (counted) {
          treat(buffer, length);
        }
        out.write(buffer, 0, length);
        out.flush();
      }
    } catch (IOException e) {
      // Both ends go.
    } finally {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private void treat(byte[] buffer, int length) throws IOException {
    long now = received.addAndGet(length);
    if (now > breakAt.get()) {
      breakAt.set(Long.MAX_VALUE);
      sockets.forEach(Proxy::closeQuietly);
      throw new IOException("broken");
    }
    if (now > stopAt.get()) {
      stopped.countDown();
      throw new IOException("stopped");
    }
    // Only payload is that regular: a frame's head would be damaged in front.
    if (length > 8000 && damage.get() && isPayload(buffer, length) && damage.getAndSet(false)) {
      buffer[length / 2] ^= 1;
    }
  }

  /** Not within the few bytes of a frame's head, wherever it is: those around are not zeros. */
  private static boolean isPayload(byte[] buffer, int length) {
    for (int i = length / 2 - 16; i < length / 2 + 16; i++) {
      if (buffer[i] == 0) {
        return false;
      }
    }
    return true;
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sockets.forEach(Proxy::closeQuietly);
  }
}
