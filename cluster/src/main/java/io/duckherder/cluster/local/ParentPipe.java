package io.duckherder.cluster.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A worker's end of the pipe from the driver that started it; see {@link WorkerProcess}. */
public final class ParentPipe {
  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  /** The secret, which is the first line. */
  public String readSecret() {
    try {
      String line = in.readLine();
      if (line == null) {
        throw new IllegalStateException("The driver ended before its worker started");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells the driver that the worker serves. */
  public void tellReady(String address) {
    System.out.println(WorkerProcess.READY + address);
    System.out.flush();
  }

  /** Runs a task when the driver has ended or closed the pipe. */
  public void onBroken(Runnable task) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (in.read() >= 0) {
                  // The driver sends nothing more.
                }
              } catch (IOException e) {
                // Broken all the same.
              }
              task.run();
            },
            "duckherder-parent");
    watch.setDaemon(true);
    watch.start();
  }
}
