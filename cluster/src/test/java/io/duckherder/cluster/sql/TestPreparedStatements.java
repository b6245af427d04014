package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestPreparedStatements {
  @TempDir static Path directory;
  private static ClusterRunner cluster;
  private static Connection client;

  @BeforeAll
  static void start() throws SQLException {
    Path file =
        Rows.file(
            directory.resolve("types.duckdb"),
            """
            CREATE TABLE t AS SELECT
              7::TINYINT AS tiny, 700::SMALLINT AS small, 70000 AS int, 7000000000 AS big,
              200::UTINYINT AS utiny, 60000::USMALLINT AS usmall, 4000000000::UINTEGER AS uint,
              18000000000000000000::UBIGINT AS ubig, 1.5::FLOAT AS f, 2.25::DOUBLE AS d,
              12345.67::DECIMAL(10,2) AS dec, 'it''s' AS s, true AS b,
              '\\x00\\xFF\\x41'::BLOB AS bin, DATE '2024-02-29' AS day, TIME '12:34:56' AS tod,
              TIMESTAMP '2024-02-29 12:34:56.789' AS ts,
              TIMESTAMPTZ '2024-02-29 12:34:56.789+00' AS tstz
            UNION ALL SELECT 1,1,1,1,1,1,1,1,1,1,1::DECIMAL(10,2),'x',false,'y'::BLOB,DATE '2000-01-01',
              TIME '00:00:00', TIMESTAMP '2000-01-01', TIMESTAMPTZ '2000-01-01 00:00:00+00'
            """);
    cluster = ClusterRunner.builder(directory.resolve("spill")).database("types", file).build();
    client = cluster.connect();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private interface Setter {
    void set(PreparedStatement statement) throws SQLException;
  }

  private static void assertFinds(String column, Setter setter) throws SQLException {
    String sql = "SELECT tiny FROM t WHERE " + column + " = ?";
    try (PreparedStatement statement = client.prepareStatement(sql)) {
      setter.set(statement);
      assertThat(Rows.of(statement.executeQuery())).as(column).isEqualTo(List.of(List.of("7")));
    }
  }

  @Test
  void bindsNumbers() throws SQLException {
    assertFinds("tiny", s -> s.setByte(1, (byte) 7));
    assertFinds("small", s -> s.setShort(1, (short) 700));
    assertFinds("int", s -> s.setInt(1, 70_000));
    assertFinds("big", s -> s.setLong(1, 7_000_000_000L));
    assertFinds("f", s -> s.setFloat(1, 1.5f));
    assertFinds("d", s -> s.setDouble(1, 2.25));
    assertFinds("dec", s -> s.setBigDecimal(1, new BigDecimal("12345.67")));
    assertFinds("b", s -> s.setBoolean(1, true));
    assertFinds("utiny::INTEGER", s -> s.setInt(1, 200));
    assertFinds("ubig::VARCHAR", s -> s.setString(1, "18000000000000000000"));
  }

  @Test
  void bindsTextAndBytes() throws SQLException {
    assertFinds("s", s -> s.setString(1, "it's"));
    assertFinds("bin", s -> s.setBytes(1, new byte[] {0, (byte) 0xFF, 0x41}));
  }

  @Test
  void bindsTextWithTheCharacterNul() throws Exception {
    assertFinds("s || chr(0) || 'x'", s -> s.setString(1, "it's\0x"));
    Schema schema =
        new Schema(
            List.of(
                new Field(
                    "1",
                    FieldType.nullable(ArrowType.List.INSTANCE),
                    List.of(Field.nullable("item", ArrowType.Utf8.INSTANCE)))));
    try (FlightSqlClient flight = cluster.client();
        FlightSqlClient.PreparedStatement statement =
            flight.prepare("SELECT tiny FROM t WHERE [s || chr(0), s] = ?");
        VectorSchemaRoot values = VectorSchemaRoot.create(schema, cluster.allocator())) {
      UnionListWriter writer = ((ListVector) values.getVector(0)).getWriter();
      writer.setPosition(0);
      writer.startList();
      writer.writeVarChar("it's\0");
      writer.writeVarChar("it's");
      writer.endList();
      values.setRowCount(1);
      statement.setParameters(values);
      FlightInfo info = statement.execute();
      try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(stream.next()).isTrue();
        assertThat(stream.getRoot().getRowCount()).isEqualTo(1);
      }
    }
  }

  @Test
  void bindsTimes() throws SQLException {
    assertFinds("day", s -> s.setDate(1, Date.valueOf("2024-02-29")));
    assertFinds("tod", s -> s.setTime(1, Time.valueOf("12:34:56")));
    assertFinds("ts", s -> s.setTimestamp(1, Timestamp.valueOf("2024-02-29 12:34:56.789")));
    assertFinds("tstz", s -> s.setTimestamp(1, Timestamp.valueOf("2024-02-29 12:34:56.789")));
  }

  @Test
  void bindsNull() throws SQLException {
    try (PreparedStatement statement =
        client.prepareStatement("SELECT count(*) FROM t WHERE int = ? OR ?::INTEGER IS NULL")) {
      statement.setNull(1, Types.INTEGER);
      statement.setNull(2, Types.INTEGER);
      assertThat(Rows.of(statement.executeQuery())).isEqualTo(List.of(List.of("2")));
    }
  }

  @Test
  void runsAgainWithOtherValues() throws SQLException {
    try (PreparedStatement statement =
        client.prepareStatement("SELECT s FROM t WHERE int >= ? ORDER BY int LIMIT ?")) {
      for (int limit = 1; limit <= 2; limit++) {
        statement.setInt(1, 0);
        statement.setLong(2, limit);
        assertThat(Rows.of(statement.executeQuery())).hasSize(limit);
      }
    }
  }

  @Test
  void describesParametersAndColumns() throws SQLException {
    try (PreparedStatement statement =
        client.prepareStatement("SELECT dec, ? + 1 AS x FROM t WHERE day = ? AND s LIKE ?")) {
      assertThat(statement.getParameterMetaData().getParameterCount()).isEqualTo(3);
      assertThat(statement.getParameterMetaData().getParameterType(2)).isEqualTo(Types.DATE);
      assertThat(statement.getMetaData().getColumnCount()).isEqualTo(2);
      assertThat(statement.getMetaData().getColumnName(2)).isEqualTo("x");
      assertThat(statement.getMetaData().getPrecision(1)).isEqualTo(10);
      assertThat(statement.getMetaData().getScale(1)).isEqualTo(2);
    }
  }

  @Test
  void numbersOfParametersMustMatch() throws Exception {
    try (FlightSqlClient flight = cluster.client();
        FlightSqlClient.PreparedStatement statement =
            flight.prepare("SELECT * FROM t WHERE int = ?")) {
      assertThatThrownBy(statement::execute)
          .isInstanceOf(FlightRuntimeException.class)
          .hasMessageContaining("has 1 parameters, and 0 values were given");
    }
  }

  @Test
  void severalRowsOfParametersAreRefusedForQueries() throws Exception {
    Schema schema = new Schema(List.of(Field.nullable("1", ArrowType.Utf8.INSTANCE)));
    try (FlightSqlClient flight = cluster.client();
        FlightSqlClient.PreparedStatement statement =
            flight.prepare("SELECT tiny FROM t WHERE s = ?");
        VectorSchemaRoot values = VectorSchemaRoot.create(schema, cluster.allocator())) {
      VarCharVector text = (VarCharVector) values.getVector(0);
      text.setSafe(0, "x".getBytes(StandardCharsets.UTF_8));
      text.setSafe(1, "it's".getBytes(StandardCharsets.UTF_8));
      values.setRowCount(2);
      statement.setParameters(values);
      assertThatThrownBy(statement::execute).hasMessageContaining("for 2 rows of parameters");
    }
  }

  @Test
  void theSchemaAnnouncedIsTheOneSent() throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      FlightInfo info = flight.execute("SELECT * FROM t");
      try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(stream.getSchema()).isEqualTo(info.getSchema());
        assertThat(info.getSchema().findField("dec").getMetadata())
            .containsEntry("duckdb.type", "DECIMAL(10,2)");
        assertThat(stream.next()).isTrue();
      }
      assertThat(flight.getExecuteSchema("SELECT * FROM t").getSchema())
          .isEqualTo(info.getSchema());
    }
  }
}
