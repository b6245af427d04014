package io.duckherder.cluster.cli;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A database as the command line names it: {@code sales=/data/sales.duckdb}. */
record DatabaseArgument(String name, Path file) {
  /** Reads NAME=PATH. */
  static final class Converter implements ITypeConverter<DatabaseArgument> {
    @Override
    public DatabaseArgument convert(String value) {
      int equals = value.indexOf('=');
      if (equals < 1 || equals == value.length() - 1) {
        throw new TypeConversionException(
            "\"%s\" is no database (expected NAME=PATH, like sales=/data/sales.duckdb)"
                .formatted(value));
      }
      return new DatabaseArgument(
          value.substring(0, equals), Path.of(value.substring(equals + 1)).toAbsolutePath());
    }
  }
}
