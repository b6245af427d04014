package io.duckherder.spark.catalog;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.TableChange.AddColumn;
import org.apache.spark.sql.connector.catalog.TableChange.DeleteColumn;
import org.apache.spark.sql.connector.catalog.TableChange.RemoveProperty;
import org.apache.spark.sql.connector.catalog.TableChange.RenameColumn;
import org.apache.spark.sql.connector.catalog.TableChange.SetProperty;
import org.apache.spark.sql.connector.catalog.TableChange.UpdateColumnComment;
import org.apache.spark.sql.connector.catalog.TableChange.UpdateColumnDefaultValue;
import org.apache.spark.sql.connector.catalog.TableChange.UpdateColumnNullability;
import org.apache.spark.sql.connector.catalog.TableChange.UpdateColumnPosition;
import org.apache.spark.sql.connector.catalog.TableChange.UpdateColumnType;
import org.jspecify.annotations.Nullable;

/** The SQL that changes a table as Spark asks for it. */
public final class AlterStatements {
  private final String table;
  private final List<String> statements = new ArrayList<>();

  private AlterStatements(String table) {
    this.table = table;
  }

  /**
   * The statements for changes.
   *
   * @param table the table's name as SQL writes it
   */
  public static List<String> of(String table, TableChange... changes) {
    AlterStatements alter = new AlterStatements(table);
    for (TableChange change : changes) {
      alter.add(change);
    }
    return alter.statements;
  }

  private void add(TableChange change) {
    if (change instanceof AddColumn added) {
      addColumn(added);
    } else if (change instanceof DeleteColumn deleted) {
      String name = TableStatements.path(deleted.fieldNames());
      alter("DROP COLUMN " + (Boolean.TRUE.equals(deleted.ifExists()) ? "IF EXISTS " : "") + name);
    } else if (change instanceof RenameColumn renamed) {
      alter(
          "RENAME COLUMN %s TO %s"
              .formatted(
                  TableStatements.path(renamed.fieldNames()),
                  TableStatements.path(new String[] {renamed.newName()})));
    } else if (change instanceof UpdateColumnType updated) {
      String column = String.join(".", updated.fieldNames());
      String type = TableStatements.type(column, updated.newDataType());
      alterColumn(updated.fieldNames(), "TYPE " + type);
    } else if (change instanceof UpdateColumnNullability updated) {
      alterColumn(updated.fieldNames(), (updated.nullable() ? "DROP" : "SET") + " NOT NULL");
    } else if (change instanceof UpdateColumnComment updated) {
      comment(updated.fieldNames(), updated.newComment());
    } else if (change instanceof UpdateColumnDefaultValue updated) {
      setDefault(updated);
    } else {
      addOther(change);
    }
  }

  private void addOther(TableChange change) {
    if (change instanceof UpdateColumnPosition moved) {
      throw position(String.join(".", moved.fieldNames()));
    } else if (change instanceof SetProperty set) {
      statements.add(TableStatements.setProperty(table, set.property(), set.value()));
    } else if (change instanceof RemoveProperty removed) {
      if (removed.property().equals("comment")) {
        statements.add(TableStatements.setProperty(table, removed.property(), null));
      }
    } else {
      throw Unsupported.because(
          "make the change %s to %s".formatted(change.getClass().getSimpleName(), table),
          "DuckDB's ALTER TABLE has nothing for it");
    }
  }

  private void addColumn(AddColumn added) {
    String[] path = added.fieldNames();
    String column = String.join(".", path);
    if (added.position() != null) {
      throw position(column);
    }
    String type = TableStatements.type(column, added.dataType());
    String sql = "ADD COLUMN " + TableStatements.path(path) + " " + type;
    if (added.defaultValue() != null) {
      sql += " DEFAULT " + DefaultValues.toDuckDB(column, added.defaultValue().getSql());
    }
    alter(sql);
    if (!added.isNullable()) {
      alterColumn(path, "SET NOT NULL");
    }
    if (added.comment() != null) {
      comment(path, added.comment());
    }
  }

  private static RuntimeException position(String column) {
    return Unsupported.because(
        "place column \"%s\" FIRST or AFTER another".formatted(column),
        "DuckDB adds columns at the end; leave the position out, and name columns in SELECT");
  }

  private void setDefault(UpdateColumnDefaultValue updated) {
    String text = updated.newDefaultValue();
    String column = String.join(".", updated.fieldNames());
    alterColumn(
        updated.fieldNames(),
        text.isEmpty() ? "DROP DEFAULT" : "SET DEFAULT " + DefaultValues.toDuckDB(column, text));
  }

  private void comment(String[] path, @Nullable String comment) {
    if (path.length > 1) {
      throw Unsupported.because(
          "comment on \"%s\"".formatted(String.join(".", path)),
          "DuckDB keeps comments with columns, not with parts of them");
    }
    statements.add(TableStatements.commentOnColumn(table, path[0], comment));
  }

  private void alterColumn(String[] path, String change) {
    alter("ALTER COLUMN " + TableStatements.path(path) + " " + change);
  }

  private void alter(String change) {
    statements.add("ALTER TABLE " + table + " " + change);
  }
}
