package io.duckherder.cluster.sql;

import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueVisitor;

/** Values of Flight's session options as text. */
final class SessionOptions {
  private SessionOptions() {}

  static String text(SessionOptionValue value) {
    return value.acceptVisitor(
        new SessionOptionValueVisitor<String>() {
          @Override
          public String visit(String text) {
            return text;
          }

          @Override
          public String visit(boolean truth) {
            return String.valueOf(truth);
          }

          @Override
          public String visit(long number) {
            return String.valueOf(number);
          }

          @Override
          public String visit(double number) {
            return String.valueOf(number);
          }

          @Override
          public String visit(String[] list) {
            return String.join(",", list);
          }

          @Override
          public String visit(Void nothing) {
            return "";
          }
        });
  }
}
