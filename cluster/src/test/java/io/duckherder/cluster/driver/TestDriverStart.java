package io.duckherder.cluster.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestDriverStart {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void makeDatabase() throws SQLException {
    file = Rows.file(directory.resolve("db.duckdb"), "CREATE TABLE t AS SELECT 1 AS i");
  }

  private DriverConfig config(Path database) {
    return ClusterRunner.builder(directory.resolve("spill")).database("db", database).config();
  }

  private static DriverConfig bound(
      DriverConfig config, String host, int port, Optional<String> token) {
    return new DriverConfig(
        host,
        port,
        config.databases(),
        config.managed(),
        token,
        config.clusterSecret(),
        config.engine(),
        config.workerTimeout(),
        config.ticketValidity(),
        config.sessionTimeout(),
        config.queries(),
        config.staging());
  }

  private static void assertFails(ThrowingCallable work, StandardErrorCode code, String message) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.text()).contains(message).doesNotContain("\n");
            });
  }

  @Test
  void aMissingFileIsOneClearLine() {
    assertFails(
        () -> Driver.start(config(directory.resolve("none.duckdb"))),
        StandardErrorCode.FILE_NOT_FOUND,
        "none.duckdb\": no such file");
  }

  @Test
  void aFileThatIsNoDatabaseIsOneClearLine() throws Exception {
    Path text = Files.writeString(directory.resolve("x.duckdb"), "hello ".repeat(10_000));
    assertFails(
        () -> Driver.start(config(text)),
        StandardErrorCode.NOT_A_DATABASE,
        "is not a DuckDB database file");
  }

  @Test
  void aPortThatIsTakenIsOneClearLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertFails(
          () -> Driver.start(bound(config(file), "127.0.0.1", port, Optional.empty())),
          StandardErrorCode.PORT_IN_USE,
          "Cannot listen on 127.0.0.1:" + port);
    }
  }

  @Test
  void anOpenPortNeedsAToken() {
    assertFails(
        () -> Driver.start(bound(config(file), "0.0.0.0", 0, Optional.empty())),
        StandardErrorCode.INVALID_OPTION,
        "Cannot listen on 0.0.0.0 without a token");
    Driver.start(bound(config(file), "0.0.0.0", 0, Optional.of("t"))).close();
  }

  @Test
  void clientsPresentTheToken() throws Exception {
    try (ClusterRunner cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .database("db", file)
            .token("open sesame")
            .build()) {
      try (Connection bearer = cluster.connect()) {
        assertThat(Rows.one(bearer, "SELECT i FROM t")).isEqualTo("1");
      }
      try (Connection handshake = basicConnection(cluster, "open sesame")) {
        assertThat(Rows.one(handshake, "SELECT i FROM t")).isEqualTo("1");
      }
      assertThatThrownBy(() -> basicConnection(cluster, "sesame").close())
          .hasStackTraceContaining("The token is not the one of this cluster");
      Properties wrong = new Properties();
      wrong.setProperty("token", "open");
      assertThatThrownBy(() -> Rows.one(cluster.connect(wrong), "SELECT i FROM t"))
          .hasStackTraceContaining("UNAUTHENTICATED")
          .hasStackTraceContaining("The token is not the one of this cluster");
    }
  }

  private static Connection basicConnection(ClusterRunner cluster, String password)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "anyone");
    properties.setProperty("password", password);
    properties.setProperty("useEncryption", "false");
    return DriverManager.getConnection(cluster.url(), properties);
  }
}
