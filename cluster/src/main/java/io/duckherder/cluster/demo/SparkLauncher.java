package io.duckherder.cluster.demo;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How to run a Spark job here. In a checkout, Spark is the one that Maven brought; from a release,
 * it is the user's, found through {@code SPARK_HOME} or the {@code PATH}. Both run the real
 * spark-submit.
 */
final class SparkLauncher {
  private static final String SUBMIT = "org.apache.spark.deploy.SparkSubmit";

  /** What Spark's own scripts give to Java. */
  private static final List<String> JAVA_FLAGS =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--add-modules=jdk.incubator.vector",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.cs=ALL-UNNAMED",
          "--add-opens=java.base/sun.security.action=ALL-UNNAMED",
          "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED",
          "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djdk.reflect.useDirectMethodHandle=false",
          "-Dio.netty.tryReflectionSetAccessible=true",
          "-Xmx2g");

  private final List<String> submit;

  /** What a release unpacks to. */
  private final Path release;

  private SparkLauncher(List<String> submit, Path release) {
    this.submit = submit;
    this.release = release;
  }

  /** The way that works from where this program lies; fails with what to do if there is none. */
  static SparkLauncher find() {
    Path home = Path.of(System.getProperty("duckherder.home", "."));
    Path classPath = home.resolve("examples/target/spark.classpath");
    if (Files.isRegularFile(classPath)) {
      return new SparkLauncher(javaCommand(classPath), home.resolve("dist/target/duckherder"));
    }
    return findSubmit()
        .map(script -> new SparkLauncher(List.of(script.toString(), "--driver-memory", "2g"), home))
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.INVALID_OPTION,
                    "No Spark found; set SPARK_HOME to Spark 4 (https://spark.apache.org/downloads.html), or leave Spark out with --no-spark"));
  }

  private static List<String> javaCommand(Path classPath) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(JAVA_FLAGS);
    try {
      words.addAll(List.of("-cp", Files.readString(classPath).strip(), SUBMIT));
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.FILE_UNREADABLE, "Cannot read " + classPath + "; build again", e);
    }
    return words;
  }

  private static Optional<Path> findSubmit() {
    Optional<Path> home =
        Optional.ofNullable(System.getenv("SPARK_HOME"))
            .map(value -> Path.of(value, "bin", "spark-submit"));
    Stream<Path> path =
        Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1))
            .map(directory -> Path.of(directory, "spark-submit"));
    return Stream.concat(home.stream(), path).filter(Files::isExecutable).findFirst();
  }

  /** The command that runs the example job on two cores of this machine. */
  List<String> command(String file, String url, Path queries, Path results) {
    List<String> words = new ArrayList<>(submit);
    words.addAll(
        List.of(
            "--master",
            "local[2]",
            "--class",
            "io.duckherder.examples.TpchJob",
            "--jars",
            jar("spark", "duckherder-spark") + "," + jar("lib", "duckdb_jdbc"),
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.driver.host=127.0.0.1",
            "--conf",
            "spark.driver.bindAddress=127.0.0.1",
            "--conf",
            "spark.sql.shuffle.partitions=4",
            jar("spark", "duckherder-examples").toString(),
            file,
            url,
            queries.toString(),
            results.toString()));
    return words;
  }

  private Path jar(String folder, String name) {
    Path jars = release.resolve(folder);
    try (Stream<Path> found = Files.list(jars)) {
      return found
          .filter(file -> file.getFileName().toString().startsWith(name + "-"))
          .findFirst()
          .orElseThrow(() -> missing(jars, name));
    } catch (IOException e) {
      throw missing(jars, name);
    }
  }

  private DuckherderException missing(Path jars, String name) {
    return new DuckherderException(
        StandardErrorCode.FILE_NOT_FOUND,
        "No %s jar in %s; build or unpack Duckherder again, or leave Spark out with --no-spark"
            .formatted(name, jars));
  }
}
