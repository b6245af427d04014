package io.duckherder.cluster.cli;

import io.duckherder.cluster.local.TokenFile;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the token file. The token itself is never on a command line. */
final class TokenOption {
  /** The environment variable that holds the token where there is no file. */
  static final String VARIABLE = "DUCKHERDER_TOKEN";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the cluster's token (or put it into $DUCKHERDER_TOKEN).")
  private @Nullable Path file;

  Optional<Path> file() {
    return Optional.ofNullable(file).map(Path::toAbsolutePath);
  }

  /** The token that was given, in either way. */
  Optional<String> token() {
    return file()
        .map(TokenFile::read)
        .or(() -> Optional.ofNullable(System.getenv(VARIABLE)).filter(token -> !token.isBlank()));
  }
}
