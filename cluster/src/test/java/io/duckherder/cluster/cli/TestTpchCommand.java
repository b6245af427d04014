package io.duckherder.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data to try things on, made on the command line. */
final class TestTpchCommand {
  @TempDir Path directory;

  @Test
  void writesTheTablesIntoANewFileOnly() throws Exception {
    Path file = directory.resolve("tpch.duckdb");

    CommandRun made = run(file);
    assertThat(made).isEqualTo(new CommandRun(0, "TPC-H at scale 0.01 is in " + file + "\n", ""));
    try (Connection tpch = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      assertThat(Rows.one(tpch, "SELECT count(*) FROM orders")).isEqualTo("15000");
    }

    long written = Files.size(file);
    CommandRun refused = run(file);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("exists already; delete it, or name another file");
    assertThat(Files.size(file)).isEqualTo(written);
  }

  private CommandRun run(Path file) {
    return CommandRun.of(directory.resolve("state"), "tpch", "--scale", "0.01", file.toString());
  }
}
