package io.duckherder.cluster.sql;

import io.duckherder.session.ExecutionSettings;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.SqlScript;
import io.duckherder.sql.SqlToken;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The reads that came before, by all that decides what they are, the longest unused forgotten
 * first. A text is known by another one too that differs in its numbers only: they call the same
 * functions on the same tables. Safe for use by many threads.
 */
final class KnownReads {
  private static final int MOST = 1_000;
  private static final int LONGEST_TEXT = 4_096;
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /** Guarded by this. */
  private final Map<Key, KnownRead> byText = bounded();

  /** Guarded by this. */
  private final Map<Key, KnownRead> byPattern = bounded();

  /** All but the text that decides what a read is. */
  record Conditions(SessionSettings settings, ExecutionSettings execution, Snapshot snapshot) {
    static Conditions of(StatementContext context) {
      return new Conditions(context.settings(), context.execution(), context.snapshot());
    }
  }

  private record Key(String text, Conditions conditions) {}

  private static Map<Key, KnownRead> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<Key, KnownRead> eldest) {
        return size() > MOST;
      }
    };
  }

  /** Whether a text is short enough to be kept. */
  static boolean accepts(String text) {
    return text.length() <= LONGEST_TEXT;
  }

  Optional<KnownRead> find(String text, Conditions conditions) {
    Key key = new Key(text, conditions);
    @Nullable KnownRead known = get(byText, key);
    if (known == null) {
      known = get(byPattern, new Key(pattern(text), conditions));
      if (known != null) {
        known = known.withNumbersOf(text);
        put(byText, key, known);
      }
    }
    return Optional.ofNullable(known);
  }

  void add(String text, Conditions conditions, KnownRead known) {
    put(byText, new Key(text, conditions), known);
    if (known.sql().equals(text)) {
      put(byPattern, new Key(pattern(text), conditions), known);
    }
  }

  synchronized int size() {
    return byText.size() + byPattern.size();
  }

  private synchronized @Nullable KnownRead get(Map<Key, KnownRead> map, Key key) {
    return map.get(key);
  }

  private synchronized void put(Map<Key, KnownRead> map, Key key, KnownRead known) {
    map.put(key, known);
  }

  /** The tokens of a text without its numbers. */
  private static String pattern(String text) {
    StringBuilder pattern = new StringBuilder(text.length());
    for (SqlToken token : SqlScript.tokens(text)) {
      boolean number = token.kind() == SqlToken.Kind.WORD && NUMBER.matcher(token.text()).matches();
      pattern.append(number ? "0" : token.text()).append('\n');
    }
    return pattern.toString();
  }
}
