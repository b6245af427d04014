package io.duckherder.spark;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/** Spark's values as text, so that a table of expectations can be read. */
final class Values {
  private Values() {}

  /** The values of a one-column dataset, in the order in which Spark gives them. */
  static List<String> column(Dataset<Row> rows) {
    List<String> texts = new ArrayList<>();
    for (Row row : rows.collectAsList()) {
      texts.add(text(row.get(0)));
    }
    return texts;
  }

  /** The rows of a dataset, columns parted by a bar. */
  static List<String> rows(Dataset<Row> rows) {
    List<String> texts = new ArrayList<>();
    for (Row row : rows.collectAsList()) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        values.add(text(row.get(i)));
      }
      texts.add(String.join("|", values));
    }
    return texts;
  }

  static String text(Object value) {
    if (value instanceof byte[] bytes) {
      return "x" + HexFormat.of().formatHex(bytes);
    }
    if (value instanceof Row row) {
      List<String> fields = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        fields.add(row.schema().fieldNames()[i] + "=" + text(row.get(i)));
      }
      return "(" + String.join(", ", fields) + ")";
    }
    if (value instanceof scala.collection.Seq<?> list) {
      List<String> elements = new ArrayList<>();
      JavaConverters.seqAsJavaList(list).forEach(element -> elements.add(text(element)));
      return elements.toString();
    }
    if (value instanceof scala.collection.Map<?, ?> map) {
      TreeMap<String, String> entries = new TreeMap<>();
      JavaConverters.mapAsJavaMap(map).forEach((k, v) -> entries.put(text(k), text(v)));
      return entries.toString();
    }
    return String.valueOf(value);
  }
}
