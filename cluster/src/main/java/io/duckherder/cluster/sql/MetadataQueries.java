package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * Tells the reads that ask about the databases, or about nothing, from those that read rows of
 * tables. The driver answers the former itself, with or without workers.
 */
final class MetadataQueries {
  private MetadataQueries() {}

  /** Whether a read touches no table, and no function that makes rows. */
  static boolean matches(JsonNode tree) {
    if (tree.isObject() && !tree.has("class")) {
      if (readsRows(tree)) {
        return false;
      }
      if (tree.path("type").asText().equals("SHOW_REF")) {
        return true;
      }
    }
    for (JsonNode child : tree) {
      if (!matches(child)) {
        return false;
      }
    }
    return true;
  }

  private static boolean readsRows(JsonNode node) {
    return switch (node.path("type").asText()) {
      case "BASE_TABLE" -> !describes(node.path("schema_name").asText(), node.path("table_name"));
      case "TABLE_FUNCTION" -> !isCatalog(node.path("function").path("function_name").asText());
      case "SHOW_REF" -> node.path("show_type").asText().equals("SUMMARY");
      case "PIVOT", "INSERT_QUERY_NODE", "UPDATE_QUERY_NODE", "DELETE_QUERY_NODE" -> true;
      default -> false;
    };
  }

  private static boolean describes(String schema, JsonNode table) {
    String lower = schema.toLowerCase(Locale.ROOT);
    return lower.equals("information_schema")
        || lower.equals("pg_catalog")
        || (schema.isEmpty() && isCatalog(table.asText()));
  }

  private static boolean isCatalog(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("duckdb_") || lower.startsWith("pragma_");
  }
}
