package io.duckherder.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

final class TestLogFiles {
  @Test
  void clientsThatGoAwayAreNoWarningsOnTheTerminal() {
    LogFiles.toStandardError();
    Logger logger = Logger.getLogger("io.grpc.netty.NettyServerHandler");
    assertThat(logger.isLoggable(Level.WARNING)).isFalse();
    assertThat(logger.isLoggable(Level.SEVERE)).isTrue();
  }
}
