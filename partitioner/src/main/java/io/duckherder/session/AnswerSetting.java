package io.duckherder.session;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The DuckDB settings that a client may set: each is local to a connection and can change an
 * answer. All others belong to the operator, and DuckDB itself refuses them once its configuration
 * is locked.
 */
public enum AnswerSetting {
  TIME_ZONE("TimeZone"),
  CALENDAR("Calendar"),
  DEFAULT_COLLATION("default_collation"),
  DEFAULT_NULL_ORDER("default_null_order"),
  NULL_ORDER("null_order"),
  DEFAULT_ORDER("default_order"),
  INTEGER_DIVISION("integer_division"),
  IEEE_FLOATING_POINT_OPS("ieee_floating_point_ops"),
  LAMBDA_SYNTAX("lambda_syntax"),
  OLD_IMPLICIT_CASTING("old_implicit_casting"),
  ORDER_BY_NON_INTEGER_LITERAL("order_by_non_integer_literal"),
  SCALAR_SUBQUERY_ERROR("scalar_subquery_error_on_multiple_rows"),
  DISABLE_TIMESTAMPTZ_CASTS("disable_timestamptz_casts"),
  SEARCH_PATH("search_path"),
  SCHEMA("schema");

  private final String duckdbName;

  AnswerSetting(String duckdbName) {
    this.duckdbName = duckdbName;
  }

  /** The name as DuckDB spells it. */
  public String duckdbName() {
    return duckdbName;
  }

  /** The setting of that name, in any case. */
  public static Optional<AnswerSetting> find(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(setting -> setting.duckdbName.toLowerCase(Locale.ROOT).equals(wanted))
        .findFirst();
  }

  /** All names, as DuckDB spells them. */
  public static List<String> names() {
    return Arrays.stream(values()).map(AnswerSetting::duckdbName).toList();
  }
}
