package io.duckherder.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;

/** One run through a page: what its blocks leave behind, later ones find. */
final class GuideRun implements AutoCloseable {
  private static final Pattern STATEMENT_END = Pattern.compile(";[ \t]*(--[^\n]*)?(\n|$)");
  private static final String JDBC = "jdbc:arrow-flight-sql://127.0.0.1:8815?useEncryption=false";

  private final String page;
  private final Shell shell;
  private Optional<Connection> connection = Optional.empty();
  private Optional<SparkSession> spark = Optional.empty();

  GuideRun(String page, Path folder) throws IOException {
    this.page = page;
    shell = new Shell(folder);
  }

  /** Makes what the page takes for given. */
  void setUp() throws IOException, InterruptedException {
    Optional<String> setup = resource(".bash");
    if (setup.isPresent()) {
      shell.run(setup.get());
    }
  }

  private Optional<String> resource(String ending) throws IOException {
    String name = "/setup/" + page.replace(".md", ending);
    try (InputStream setup = GuideRun.class.getResourceAsStream(name)) {
      return setup == null
          ? Optional.empty()
          : Optional.of(new String(setup.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  void run(CodeBlock block) throws Exception {
    switch (block.language()) {
      case "bash" -> shell.run(block.joined());
      case "console" -> console(block);
      case "java" -> JavaBlocks.run(shell.here(block.joined()));
      case "properties" -> properties(block);
      case "sql" -> sql(shell.here(block.joined()));
      case "toml" -> shell.write("cluster.toml", block.joined());
      default -> throw new AssertionError("Nothing runs blocks of " + block.language());
    }
  }

  private void console(CodeBlock block) throws Exception {
    for (ConsoleStep step : ConsoleStep.of(block)) {
      String came = shell.run(step.command());
      assertThat(step.matches(came))
          .as("$ %s%ngave%n%s%nand should give%n%s", step.command(), came, step.output())
          .isTrue();
    }
  }

  private void sql(String text) throws Exception {
    List<String> statements =
        STATEMENT_END.splitAsStream(text).map(String::strip).filter(s -> !s.isEmpty()).toList();
    for (String statement : statements) {
      if (page.equals("spark.md")) {
        spark().sql(statement).collectAsList();
      } else {
        execute(statement);
      }
    }
  }

  private void execute(String sql) throws IOException, SQLException {
    if (connection.isEmpty()) {
      connection = Optional.of(DriverManager.getConnection(shell.here(JDBC)));
    }
    try (Statement statement = connection.get().createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            assertThat(rows.getMetaData().getColumnCount()).isPositive();
          }
        }
      }
    } catch (SQLException e) {
      throw new AssertionError("Failed: " + sql, e);
    }
  }

  /** Configuration of Spark, a name and a value on each line. */
  private void properties(CodeBlock block) throws IOException {
    for (String line : block.text()) {
      String[] words = shell.here(line).strip().split("\\s+", 2);
      spark().conf().set(words[0], words[1]);
    }
    for (String view : resource(".sql").stream().flatMap(STATEMENT_END::splitAsStream).toList()) {
      spark().sql(view.strip());
    }
  }

  private SparkSession spark() {
    if (spark.isEmpty()) {
      spark =
          Optional.of(
              SparkSession.builder()
                  .master("local[2]")
                  .config("spark.ui.enabled", "false")
                  .config("spark.driver.bindAddress", "127.0.0.1")
                  .config("spark.driver.host", "127.0.0.1")
                  .config("spark.sql.shuffle.partitions", "2")
                  .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"))
                  .getOrCreate());
    }
    return spark.get();
  }

  @Override
  public void close() throws Exception {
    spark.ifPresent(SparkSession::stop);
    if (connection.isPresent()) {
      connection.get().close();
    }
    shell.stop();
  }
}
