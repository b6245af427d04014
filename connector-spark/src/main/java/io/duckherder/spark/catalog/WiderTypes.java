package io.duckherder.spark.catalog;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.TableChange.UpdateColumnType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Changes of a column's type. Spark asks for them by ALTER TABLE, where it refuses those that lose
 * values, and for a write WITH SCHEMA EVOLUTION, where it may ask for any. Driver-only.
 */
public final class WiderTypes {
  private WiderTypes() {}

  /** Whether a column's new type holds all values of the one that it has. */
  public static boolean holds(StructType schema, UpdateColumnType update) {
    return Stream.of(schema.fields())
        .filter(field -> field.name().equalsIgnoreCase(update.fieldNames()[0]))
        .map(StructField::dataType)
        .allMatch(type -> Cast.canUpCast(type, update.newDataType()));
  }

  /** Fails for a change of a column's type to one that cannot hold all its values. */
  public static void require(StructType schema, TableChange... changes) {
    for (TableChange change : changes) {
      if (change instanceof UpdateColumnType update
          && update.fieldNames().length == 1
          && !holds(schema, update)) {
        throw new DuckherderException(
            StandardErrorCode.UNSUPPORTED,
            "Cannot make column \"%s\" a %s, which does not hold all its values; cast what is written, or alter the table with SQL through the cluster"
                .formatted(update.fieldNames()[0], update.newDataType().sql()));
      }
    }
  }
}
