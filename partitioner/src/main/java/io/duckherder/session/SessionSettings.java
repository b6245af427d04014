package io.duckherder.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.sql.Names;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings and variables of a session that can change an answer. They travel in every ticket, so
 * that each worker reads the SQL exactly as the client meant it.
 *
 * @param settings DuckDB setting to value; the names are those of {@link AnswerSetting}
 * @param variables variable name, folded as DuckDB does, to the SQL expression of its value
 */
public record SessionSettings(
    @JsonProperty("settings") Map<String, String> settings,
    @JsonProperty("variables") Map<String, String> variables) {

  public static final SessionSettings DEFAULT = new SessionSettings(Map.of(), Map.of());

  public SessionSettings {
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    Map<String, String> folded = new TreeMap<>();
    variables.forEach((name, value) -> folded.put(Names.fold(name), value));
    variables = Collections.unmodifiableMap(folded);
  }

  /** These settings with one set. */
  public SessionSettings withSetting(String name, String value) {
    Map<String, String> changed = new TreeMap<>(settings);
    changed.put(name, value);
    return new SessionSettings(changed, variables);
  }

  /** These settings with one back at its default. */
  public SessionSettings withoutSetting(String name) {
    Map<String, String> changed = new TreeMap<>(settings);
    changed.remove(name);
    return new SessionSettings(changed, variables);
  }

  /** These settings with one variable set. */
  public SessionSettings withVariable(String name, String expression) {
    Map<String, String> changed = new TreeMap<>(variables);
    changed.put(Names.fold(name), expression);
    return new SessionSettings(settings, changed);
  }

  /** These settings with one variable gone. */
  public SessionSettings withoutVariable(String name) {
    Map<String, String> changed = new TreeMap<>(variables);
    changed.remove(Names.fold(name));
    return new SessionSettings(settings, changed);
  }

  /** Makes a connection, on which nothing was set before, run as this session. */
  public void applyTo(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      for (var setting : settings.entrySet()) {
        statement.execute(
            "SET SESSION "
                + SqlText.identifier(setting.getKey())
                + " = "
                + SqlText.literal(setting.getValue()));
      }
      for (var variable : variables.entrySet()) {
        statement.execute(
            "SET VARIABLE " + SqlText.identifier(variable.getKey()) + " = " + variable.getValue());
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}
