package io.duckherder.cluster.shell;

import io.duckherder.sql.SqlScript;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;

/** Lets a line end only where a statement does. */
final class StatementParser extends DefaultParser {
  StatementParser() {
    // SQL's quotes and backslashes are not a shell's.
    setQuoteChars(new char[0]);
    setEscapeChars(new char[0]);
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && !isWhole(line.strip())) {
      throw new EOFError(-1, -1, "The statement goes on");
    }
    return super.parse(line, cursor, context);
  }

  private static boolean isWhole(String text) {
    return text.startsWith(".")
        || text.equalsIgnoreCase("quit")
        || text.equalsIgnoreCase("exit")
        || text.equals("\\q")
        || SqlScript.isComplete(text);
  }
}
