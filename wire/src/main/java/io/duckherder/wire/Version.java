package io.duckherder.wire;

import java.util.Optional;

/** The version of Duckherder that runs. */
public final class Version {
  private Version() {}

  /** The version in the jar's manifest; "dev" where there is no jar. */
  public static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("dev");
  }
}
