package io.duckherder.cluster.format;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.duckherder.cluster.client.RowSource;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CSV as RFC 4180 has it: a header, then rows. NULL is an empty field, an empty string is "". */
public final class CsvResult implements ResultPrinter {
  private static final CsvFactory FACTORY =
      CsvFactory.builder().enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING).build();

  private final Writer out;

  public CsvResult(Writer out) {
    this.out = out;
  }

  @Override
  public Printed print(RowSource rows) throws IOException {
    CsvGenerator csv = FACTORY.createGenerator(out);
    csv.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    csv.setSchema(schema(rows.columns().size()));
    csv.writeStartArray();
    for (RowSource.Column column : rows.columns()) {
      csv.writeString(column.name());
    }
    csv.writeEndArray();
    long count = 0;
    for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
      csv.writeStartArray();
      for (@Nullable Object value : row) {
        write(csv, value);
      }
      csv.writeEndArray();
      count++;
    }
    csv.close();
    out.flush();
    return new Printed(count, false);
  }

  private static void write(CsvGenerator csv, @Nullable Object value) throws IOException {
    String text = value == null ? null : CellText.of(value);
    if (text == null) {
      csv.writeNull();
    } else if (text.isEmpty()) {
      // The generator's own quoting of empty strings is off when it quotes no more than it must.
      csv.writeRawValue("\"\"");
    } else {
      csv.writeString(text);
    }
  }

  /** Without a schema the generator leaves out NULLs at the end of a row. */
  private static CsvSchema schema(int columns) {
    CsvSchema.Builder schema = CsvSchema.builder();
    for (int i = 0; i < columns; i++) {
      schema.addColumn(String.valueOf(i));
    }
    return schema.build().withoutHeader().withLineSeparator("\n");
  }
}
