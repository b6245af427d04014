package io.duckherder.spark;

import io.duckherder.spark.catalog.CatalogConstraint;
import io.duckherder.spark.write.WriteTarget;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.constraints.Constraint;
import org.apache.spark.sql.connector.catalog.constraints.Constraint.ValidationStatus;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A table that tells its constraints: for Spark 4.1 and later, which asks. Driver-only. */
class ConstrainedTable extends DuckherderTable {
  private Constraint @Nullable [] constraints;

  ConstrainedTable(
      StructType schema,
      DuckherderRead read,
      BooleanSupplier named,
      Optional<CatalogEntry> entry,
      Optional<Supplier<WriteTarget>> target) {
    super(schema, read, named, entry, target);
  }

  static Table of(
      StructType schema,
      DuckherderRead read,
      BooleanSupplier named,
      Optional<CatalogEntry> entry,
      Optional<Supplier<WriteTarget>> target) {
    return new ConstrainedTable(schema, read, named, entry, target);
  }

  /** Those of a table that a catalog names. Spark asks several times for each write. */
  @Override
  public final synchronized Constraint[] constraints() {
    if (constraints == null) {
      constraints =
          entry().stream()
              .flatMap(found -> found.constraints().get().stream())
              .map(this::constraint)
              .toArray(Constraint[]::new);
    }
    return constraints.clone();
  }

  private Constraint constraint(CatalogConstraint constraint) {
    if (constraint instanceof CatalogConstraint.Check check) {
      return new ShownCheck(check.name(), check.condition());
    }
    if (constraint instanceof CatalogConstraint.ForeignKey key) {
      return Constraint.foreignKey(
              key.name(),
              columns(key.columns()),
              Identifier.of(entry().orElseThrow().identifier().namespace(), key.referencedTable()),
              columns(key.referencedColumns()))
          .enforced(true)
          .validationStatus(ValidationStatus.VALID)
          .rely(true)
          .build();
    }
    CatalogConstraint.Key key = (CatalogConstraint.Key) constraint;
    return key.primary()
        ? Constraint.primaryKey(key.name(), columns(key.columns()))
            .enforced(true)
            .validationStatus(ValidationStatus.VALID)
            .rely(true)
            .build()
        : Constraint.unique(key.name(), columns(key.columns()))
            .enforced(true)
            .validationStatus(ValidationStatus.VALID)
            .rely(true)
            .build();
  }

  private static NamedReference[] columns(List<String> names) {
    return names.stream()
        .map(name -> Expressions.column("`" + name.replace("`", "``") + "`"))
        .toArray(NamedReference[]::new);
  }
}
