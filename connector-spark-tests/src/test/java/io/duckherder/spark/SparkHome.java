package io.duckherder.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An installed Spark, as its executors look for it: a folder of jars. */
final class SparkHome {
  private SparkHome() {}

  /** Makes one in a folder. */
  static Path create(Path folder) throws IOException {
    Path jars = folder.resolve("home/jars");
    Files.createDirectories(jars);
    for (String jar : ChildJvm.classPath("spark.4.2").split(File.pathSeparator)) {
      Path path = Path.of(jar);
      Files.createSymbolicLink(jars.resolve(path.getFileName()), path);
    }
    return jars.getParent();
  }
}
