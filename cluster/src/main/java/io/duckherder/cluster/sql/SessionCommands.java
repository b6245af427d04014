package io.duckherder.cluster.sql;

import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.cluster.session.NearestName;
import io.duckherder.cluster.session.Session;
import io.duckherder.cluster.sql.ClassifiedStatement.SessionCommand;
import io.duckherder.cluster.sql.ClassifiedStatement.SessionVerb;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.AnswerSetting;
import io.duckherder.session.ExecutionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.SqlScript;
import io.duckherder.sql.SqlText;
import io.duckherder.sql.SqlToken;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * SET, RESET, USE and transactions. DuckDB itself takes or refuses each value on a connection of
 * the session's kind; what it made of it is read back and kept for every fragment of the session.
 */
final class SessionCommands {
  private static final int MOST_VARIABLE_TEXT = 64 * 1024;
  private static final String SEARCH_PATH = AnswerSetting.SEARCH_PATH.duckdbName();

  /** What is set to the name of something in a database, or to what a query gives. */
  private static final Set<String> OF_DATABASES = Set.of("SCHEMA", "SEARCH_PATH", "VARIABLE");

  private final DuckDBEngine engine;
  private final Supplier<Snapshot> newest;
  private final Optional<LiveStatements> live;

  /**
   * @param newest gives the snapshot that a transaction begins with which only reads
   * @param live runs the transactions that write, if there are databases to write
   */
  SessionCommands(DuckDBEngine engine, Supplier<Snapshot> newest, Optional<LiveStatements> live) {
    this.engine = engine;
    this.newest = newest;
    this.live = live;
  }

  /** Whether a command looks at what is in the databases. */
  static boolean reads(SessionCommand command) {
    return command.verb() == SessionVerb.USE
        || command.verb() == SessionVerb.SET
            && SqlScript.tokens(command.sql()).stream()
                .limit(3)
                .anyMatch(token -> OF_DATABASES.contains(token.keyword()));
  }

  /** Does a command and changes the session. */
  void run(SessionCommand command, StatementContext context) {
    List<SqlToken> tokens = SqlScript.tokens(command.sql());
    Session session = context.cookie().require(command.verb().name());
    switch (command.verb()) {
      case SET -> set(command.sql(), tokens, session, context);
      case RESET -> reset(tokens, session);
      case USE -> keep(command.sql(), SEARCH_PATH, session, context);
      case BEGIN -> begin(command.sql(), tokens, session, context);
      case COMMIT, ROLLBACK -> end(command, session);
    }
  }

  /** Sets one setting to a text, as a session option of Flight does. */
  void set(String name, String value, StatementContext context) {
    if (ExecutionCommands.knows(name)) {
      context.cookie().require("SET").setExecution(name, value);
      return;
    }
    AnswerSetting setting = setting(name);
    keep(
        inSession(setting, SqlText.literal(value)),
        target(setting),
        context.cookie().require("SET"),
        context);
  }

  private void set(String sql, List<SqlToken> tokens, Session session, StatementContext context) {
    int at = scopeEnd(tokens);
    if (tokens.get(at).isKeyword("VARIABLE") && at + 1 < tokens.size()) {
      variable(sql, tokens.get(at + 1).name(), session, context);
      return;
    }
    boolean timeZone =
        tokens.get(at).isKeyword("TIME")
            && at + 1 < tokens.size()
            && tokens.get(at + 1).isKeyword("ZONE");
    if (ExecutionCommands.knows(tokens.get(at).name())) {
      int from = assigned(tokens, at + 1);
      String value = value(sql, tokens, from);
      try (EngineConnection connection = engine.connect(context.snapshot(), context.settings())) {
        ExecutionCommands.set(
            session,
            tokens.get(at).name(),
            tokens.subList(from, tokens.size()),
            value,
            connection.jdbc());
      }
      return;
    }
    AnswerSetting setting = timeZone ? AnswerSetting.TIME_ZONE : setting(tokens.get(at).name());
    String value = value(sql, tokens, timeZone ? at + 2 : assigned(tokens, at + 1));
    keep(inSession(setting, value), target(setting), session, context);
  }

  /** Where the value begins, after = or TO. */
  private static int assigned(List<SqlToken> tokens, int at) {
    boolean sign =
        at < tokens.size() && (tokens.get(at).isSign('=') || tokens.get(at).isKeyword("TO"));
    if (!sign) {
      throw incomplete();
    }
    return at + 1;
  }

  private static String value(String sql, List<SqlToken> tokens, int at) {
    if (at >= tokens.size()) {
      throw incomplete();
    }
    return sql.substring(tokens.get(at).start());
  }

  /** Without SESSION, DuckDB sets some of the settings for all connections of the instance. */
  private static String inSession(AnswerSetting setting, String value) {
    return "SET SESSION " + SqlText.identifier(setting.duckdbName()) + " = " + value;
  }

  private void reset(List<SqlToken> tokens, Session session) {
    int at = scopeEnd(tokens);
    if (tokens.get(at).isKeyword("VARIABLE") && at + 1 < tokens.size()) {
      String name = tokens.get(at + 1).name();
      session.settings(session.settings().withoutVariable(name));
      runLocally(session, "RESET VARIABLE " + SqlText.identifier(name));
      return;
    }
    if (ExecutionCommands.knows(tokens.get(at).name())) {
      session.resetExecution(tokens.get(at).name());
      return;
    }
    AnswerSetting setting = setting(tokens.get(at).name());
    session.settings(session.settings().withoutSetting(target(setting)));
    runLocally(session, "RESET SESSION " + SqlText.identifier(setting.duckdbName()));
  }

  /** Where the name begins, after SET or RESET and a scope. */
  private static int scopeEnd(List<SqlToken> tokens) {
    if (tokens.size() < 2) {
      throw incomplete();
    }
    String scope = tokens.get(1).keyword();
    if (scope.equals("GLOBAL") || scope.equals("PERSISTENT")) {
      throw new DuckherderException(
          StandardErrorCode.PERMISSION_DENIED,
          "Cannot change settings of the server; SET without %s changes the session's"
              .formatted(scope));
    }
    int at = Set.of("SESSION", "LOCAL").contains(scope) ? 2 : 1;
    if (at >= tokens.size()) {
      throw incomplete();
    }
    return at;
  }

  private static DuckherderException incomplete() {
    return new DuckherderException(
        StandardErrorCode.SYNTAX_ERROR, "The statement names no setting, or no value for it");
  }

  private static AnswerSetting setting(String name) {
    return AnswerSetting.find(name)
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.INVALID_OPTION,
                    "Cannot set \"%s\": no setting of a session has that name; the nearest is \"%s\""
                        .formatted(name, NearestName.of(name, names()))));
  }

  private static List<String> names() {
    return Stream.concat(AnswerSetting.names().stream(), ExecutionSettings.names().stream())
        .toList();
  }

  /** The schema is the search path by another name: only the path is kept. */
  private static String target(AnswerSetting setting) {
    return setting == AnswerSetting.SCHEMA ? SEARCH_PATH : setting.duckdbName();
  }

  private void keep(String sql, String setting, Session session, StatementContext context) {
    String value =
        ask(
            session,
            context,
            sql,
            "SELECT " + SqlText.call("current_setting", SqlText.literal(setting)));
    if (onLive(session).isEmpty()) {
      runLocally(session, sql);
    }
    session.settings(session.settings().withSetting(setting, value));
  }

  private void variable(String sql, String name, Session session, StatementContext context) {
    String select = "SELECT " + SqlText.call("getvariable", SqlText.literal(name)) + " AS v";
    String value = withoutNul(name, ask(session, context, sql, "EXPLAIN (SQL) " + select));
    if (value.length() > MOST_VARIABLE_TEXT) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot keep variable \"%s\": its value takes %d characters as SQL (at most %d)"
              .formatted(name, value.length(), MOST_VARIABLE_TEXT));
    }
    String kept = "SET VARIABLE " + SqlText.identifier(name) + " = (" + value + ")";
    // Each statement to come sets it again, so it must be known to work.
    ask(session, context, kept, "SELECT true");
    runLocally(session, kept);
    session.settings(session.settings().withVariable(name, "(" + value + ")"));
  }

  /** DuckDB prints strings with the character U+0000 as they are, and ends them there. */
  private static String withoutNul(String name, String sql) {
    if (sql.indexOf('\0') < 0) {
      return sql;
    }
    StringBuilder written = new StringBuilder();
    int from = 0;
    for (SqlToken token : SqlScript.tokens(sql)) {
      if (token.text().indexOf('\0') < 0) {
        continue;
      }
      if (token.kind() != SqlToken.Kind.STRING || !token.text().startsWith("'")) {
        throw new DuckherderException(
            StandardErrorCode.INVALID_OPTION,
            "Cannot keep variable \"%s\": its value has a name with the character U+0000 in it"
                .formatted(name));
      }
      String text = token.text().substring(1, token.text().length() - 1).replace("''", "'");
      written.append(sql, from, token.start()).append(SqlText.literal(text));
      from = token.end();
    }
    return written.append(sql.substring(from)).toString();
  }

  private static Optional<LocalConnection> onLive(Session session) {
    return session.local().filter(LocalConnection::isLive);
  }

  /**
   * Runs a command where DuckDB knows all that it may name, what the session's transaction made
   * among it, and asks what came of it.
   */
  private String ask(Session session, StatementContext context, String sql, String question) {
    Optional<LocalConnection> own = onLive(session);
    if (own.isPresent()) {
      EngineConnection acquired = own.get().acquire();
      try {
        return readBack(acquired.jdbc(), sql, question);
      } finally {
        own.get().release();
      }
    }
    try (EngineConnection connection = engine.connect(context.snapshot(), context.settings())) {
      return readBack(connection.jdbc(), sql, question);
    }
  }

  /** The last column of the one row that a question gives after a statement was run. */
  private static String readBack(Connection connection, String sql, String question) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      try (ResultSet result = statement.executeQuery(question)) {
        result.next();
        return result.getString(result.getMetaData().getColumnCount());
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private void begin(String sql, List<SqlToken> tokens, Session session, StatementContext context) {
    if (isOpen(session)) {
      throw transactionState("a transaction is open already; COMMIT or ROLLBACK ends it");
    }
    boolean readOnly = tokens.stream().anyMatch(token -> token.isKeyword("ONLY"));
    if (live.isPresent() && (!readOnly || session.local().isPresent())) {
      LocalConnection connection =
          session.local().orElseGet(() -> session.local(live.get().connect(context)));
      live.get().begin(connection, sql, context);
      return;
    }
    boolean write = tokens.stream().anyMatch(token -> token.isKeyword("WRITE"));
    if (write) {
      throw StatementClassifier.readOnly("a transaction that writes");
    }
    if (!session.begin(newest.get())) {
      throw transactionState("a transaction is open already; COMMIT or ROLLBACK ends it");
    }
    runLocally(session, "BEGIN");
  }

  private static boolean isOpen(Session session) {
    return session.transaction().isPresent()
        || session.local().filter(LocalConnection::inTransaction).isPresent();
  }

  private void end(SessionCommand command, Session session) {
    Optional<LocalConnection> connection =
        session.local().filter(LocalConnection::isLive).filter(LocalConnection::inTransaction);
    if (live.isPresent() && connection.isPresent()) {
      live.get().end(connection.get(), command.verb() == SessionVerb.COMMIT, session);
      return;
    }
    if (!session.end()) {
      throw transactionState("no transaction is open; BEGIN opens one");
    }
    runLocally(session, command.verb().name());
  }

  private static DuckherderException transactionState(String why) {
    return new DuckherderException(
        StandardErrorCode.INVALID_QUERY, "Cannot change the transaction: " + why);
  }

  /** Brings the connection with the session's temporary objects up to date. */
  private static void runLocally(Session session, String sql) {
    session.local().ifPresent(local -> run(local, sql));
  }

  private static void run(LocalConnection local, String sql) {
    EngineConnection acquired = local.acquire();
    try {
      acquired.execute(sql);
    } finally {
      local.release();
    }
  }
}
