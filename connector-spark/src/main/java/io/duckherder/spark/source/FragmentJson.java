package io.duckherder.spark.source;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.duckherder.plan.Fragment;
import java.io.IOException;

/** Fragments as bytes, for embedded mode: there they need no signature. */
final class FragmentJson {
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  private FragmentJson() {}

  static byte[] write(Fragment fragment) {
    try {
      return JSON.writeValueAsBytes(fragment);
    } catch (IOException e) {
      throw new IllegalStateException("A fragment is made of strings and numbers", e);
    }
  }

  static Fragment read(byte[] json) {
    try {
      return JSON.readValue(json, Fragment.class);
    } catch (IOException e) {
      throw new IllegalStateException("Spark's driver and executors have one version", e);
    }
  }
}
