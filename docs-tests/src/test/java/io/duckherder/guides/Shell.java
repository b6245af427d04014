package io.duckherder.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shell in the unpacked release, in a folder of its own. Its {@code duckherder-cluster} is the
 * release's, on a free port of the loopback; its {@code spark-submit} is Spark's, from the class
 * path of the build.
 */
final class Shell {
  private static final Path RELEASE = given("release");
  private static final Pattern URL = Pattern.compile("\"url\"\\s*:\\s*\"(grpc://([^\"]+))\"");
  private static final List<String> PARTS = List.of("lib", "spark");
  private static final long MINUTES = 5;

  private final Path folder;
  private final Path work;
  private final Path state;

  Shell(Path folder) throws IOException {
    assertThat(RELEASE.resolve("bin/duckherder-cluster"))
        .as("the release; mvn -pl docs-tests -am verify builds it")
        .exists();
    this.folder = folder;
    work = Files.createDirectories(folder.resolve("work"));
    state = folder.resolve("state");
    Files.createDirectories(folder.resolve("data/parquet"));
    Files.createDirectories(folder.resolve("data/csv"));
    Files.createDirectories(work.resolve("bin"));
    for (String part : PARTS) {
      Files.createSymbolicLink(work.resolve(part), RELEASE.resolve(part));
    }
    script(
        "duckherder-cluster",
        """
        if [ "${1:-}" = start ]; then set -- "$@" --port 0 --host 127.0.0.1; fi
        exec '%s' "$@"
        """
            .formatted(RELEASE.resolve("bin/duckherder-cluster")));
    script(
        "spark-submit",
        """
        exec '%s' %s -Xmx1g -Djava.io.tmpdir='%s' -cp "$(cat '%s')" org.apache.spark.deploy.SparkSubmit \\
          --conf spark.ui.enabled=false --conf spark.driver.host=127.0.0.1 \\
          --conf spark.driver.bindAddress=127.0.0.1 "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("spark.jvm.args"),
                folder,
                given("spark.class.path")));
  }

  private static Path given(String property) {
    return Path.of(System.getProperty(property)).toAbsolutePath().normalize();
  }

  private void script(String name, String body) throws IOException {
    Path script = work.resolve("bin").resolve(name);
    Files.writeString(script, "#!/usr/bin/env bash\nset -euo pipefail\n" + body);
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  /** A text of a page with the places and addresses that things have here. */
  String here(String text) throws IOException {
    String placed =
        text.replace("/data/", folder.resolve("data") + "/").replace("0.0.0.0", "127.0.0.1");
    Path driver = state.resolve("driver.json");
    Matcher url = URL.matcher(Files.exists(driver) ? Files.readString(driver) : "");
    return url.find()
        ? placed.replaceAll("(127\\.0\\.0\\.1|localhost|host):8815", url.group(2))
        : placed;
  }

  /** Writes a file beside which the commands run. */
  void write(String name, String text) throws IOException {
    Files.writeString(work.resolve(name), here(text));
  }

  /** Runs commands and gives what they printed, with addresses as pages have them. */
  String run(String commands) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "shell", ".out");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", here(commands))
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile());
    builder.environment().put("DUCKHERDER_HOME", state.toString());
    builder.environment().put("DUCKHERDER_JAVA_OPTS", "-Xmx400m");
    builder.environment().put("PATH", work.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().remove("DUCKHERDER_TOKEN");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("still runs: " + commands).isTrue();
      String printed = Files.readString(out);
      assertThat(process.exitValue()).as("%s%n%s", commands, printed).isZero();
      return printed
          .replaceAll("grpc://127\\.0\\.0\\.1:\\d+", "grpc://127.0.0.1:8815")
          .replace(folder.resolve("data") + "/", "/data/");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Stops the cluster, if one runs, and lets go of the release. */
  void stop() throws IOException, InterruptedException {
    if (Files.exists(state.resolve("driver.json"))) {
      run("duckherder-cluster stop");
    }
    for (String part : PARTS) {
      Files.deleteIfExists(work.resolve(part));
    }
  }
}
