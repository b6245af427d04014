package io.duckherder.cluster.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.duckherder.cluster.client.MapValue;
import io.duckherder.cluster.client.RowSource;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON: an array with an object per row, one row a line. Numbers are written with all their digits;
 * NaN and the infinities, which JSON lacks, as strings.
 */
public final class JsonResult implements ResultPrinter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Writer out;

  public JsonResult(Writer out) {
    this.out = out;
  }

  @Override
  public Printed print(RowSource rows) throws IOException {
    List<String> names = distinct(rows.columns());
    long count = 0;
    JsonGenerator json = FACTORY.createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
    json.setPrettyPrinter(new RowPerLine());
    json.writeStartArray();
    for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
      json.writeStartObject();
      for (int i = 0; i < names.size(); i++) {
        json.writeFieldName(names.get(i));
        write(json, row.get(i));
      }
      json.writeEndObject();
      count++;
    }
    json.writeEndArray();
    json.writeRaw("\n");
    json.close();
    out.flush();
    return new Printed(count, false);
  }

  /** A second column of one name is written as name:1, so that no reader loses it. */
  private static List<String> distinct(List<RowSource.Column> columns) {
    Set<String> names = new LinkedHashSet<>();
    for (RowSource.Column column : columns) {
      String name = column.name();
      for (int i = 1; !names.add(name); i++) {
        name = column.name() + ":" + i;
      }
    }
    return new ArrayList<>(names);
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else if (value instanceof BigDecimal number) {
      json.writeNumber(number);
    } else if (value instanceof BigInteger number) {
      json.writeNumber(number);
    } else if (value instanceof Double || value instanceof Float) {
      writeFloating(json, (Number) value);
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        write(json, element);
      }
      json.writeEndArray();
    } else if (value instanceof MapValue map) {
      json.writeStartObject();
      for (MapValue.Entry entry : map.entries()) {
        Object key = entry.key();
        json.writeFieldName(key == null ? "NULL" : CellText.of(key));
        write(json, entry.value());
      }
      json.writeEndObject();
    } else if (value instanceof Map<?, ?> struct) {
      json.writeStartObject();
      for (Map.Entry<?, ?> field : struct.entrySet()) {
        json.writeFieldName(String.valueOf(field.getKey()));
        write(json, field.getValue());
      }
      json.writeEndObject();
    } else {
      json.writeString(CellText.of(value));
    }
  }

  private static void writeFloating(JsonGenerator json, Number value) throws IOException {
    if (Double.isFinite(value.doubleValue())) {
      json.writeNumber(value.toString());
    } else {
      json.writeString(CellText.of(value));
    }
  }

  /** Breaks the line between the elements of the outermost array only. */
  private static final class RowPerLine extends MinimalPrettyPrinter {
    @Override
    public void beforeArrayValues(JsonGenerator json) throws IOException {
      if (isRows(json)) {
        json.writeRaw('\n');
      }
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
      json.writeRaw(isRows(json) ? ",\n" : ",");
    }

    @Override
    public void writeEndArray(JsonGenerator json, int count) throws IOException {
      json.writeRaw(isRows(json) ? "\n]" : "]");
    }

    private static boolean isRows(JsonGenerator json) {
      return json.getOutputContext().getParent().inRoot();
    }
  }
}
