package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.error.DuckherderException;
import io.duckherder.layout.PartitionTarget;
import io.duckherder.plan.PushedQuery;
import io.duckherder.plan.ReadRequest;
import io.duckherder.session.SessionSettings;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.ReadCommand;
import io.duckherder.wire.ReadInfo;
import io.duckherder.wire.TicketStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Location;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a connector gets: tickets that any worker takes. */
final class TestConnectorReads {
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  @TempDir static Path directory;
  private static ClusterRunner cluster;

  @BeforeAll
  static void start() throws SQLException {
    Path file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t AS SELECT range AS i, range % 7 AS g FROM range(3000000)");
    cluster = ClusterRunner.builder(directory.resolve("spill")).database("db", file).build();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static FlightInfo plan(FlightClient client, ReadRequest.Relation relation) {
    return client.getInfo(
        ReadCommand.encode(
            new ReadRequest(
                relation,
                Optional.of(List.of("i")),
                Optional.of("\"g\" = 3"),
                SessionSettings.DEFAULT,
                PartitionTarget.forSlots(1))));
  }

  @Test
  void partitionsHoldTheRowsOnAnyWorker() throws Exception {
    try (FlightClient client = open();
        ClientPool pool = new ClientPool(cluster.allocator(), Optional.empty())) {
      FlightInfo info = plan(client, ReadRequest.Relation.ofTable("t"));
      assertThat(info.getEndpoints()).hasSizeGreaterThan(1);
      ReadInfo read = JSON.readValue(info.getAppMetadata(), ReadInfo.class);
      assertThat(read.summary().rows()).hasValue(3_000_000);
      assertThat(read.summary().wholeBecause()).isEmpty();
      Set<Location> preferred = new HashSet<>();
      Set<Long> seen = new HashSet<>();
      for (FlightEndpoint endpoint : info.getEndpoints()) {
        assertThat(endpoint.getLocations()).hasSize(2);
        preferred.add(endpoint.getLocations().get(0));
        for (Location location : endpoint.getLocations()) {
          collect(pool, endpoint, location, seen);
        }
      }
      assertThat(preferred).hasSize(2);
      assertThat(seen).hasSize(428_571).allMatch(i -> i % 7 == 3);
    }
  }

  private static void collect(
      ClientPool pool, FlightEndpoint endpoint, Location location, Set<Long> seen) {
    byte[] ticket = endpoint.getTicket().getBytes();
    try (TicketStream stream = new TicketStream(pool, ticket, List.of(location), true)) {
      while (stream.next()) {
        BigIntVector numbers = (BigIntVector) stream.root().getVector("i");
        for (int i = 0; i < stream.root().getRowCount(); i++) {
          seen.add(numbers.get(i));
        }
      }
    }
  }

  @Test
  void aTicketForAllRowsSpeaksForItselfAtTheDriver() throws Exception {
    String token = "a token of 32 characters or more!";
    try (ClusterRunner guarded =
            ClusterRunner.builder(directory.resolve("guarded"))
                .token(token)
                .database("db", directory.resolve("db.duckdb"))
                .build();
        FlightClient client =
            FlightClients.open(
                guarded.allocator(), guarded.driver().location(), Optional.of(token));
        ClientPool strangers = new ClientPool(guarded.allocator(), Optional.empty())) {
      FlightEndpoint endpoint = client.getInfo(ReadCommand.encode(sums())).getEndpoints().get(0);
      assertThat(endpoint.getLocations().get(0)).isEqualTo(Location.reuseConnection());
      Location driver = guarded.driver().location();
      byte[] ticket = endpoint.getTicket().getBytes();
      try (TicketStream stream = new TicketStream(strangers, ticket, List.of(driver), false)) {
        assertThat(stream.next()).isTrue();
        assertThat(stream.root().getVector("s").getObject(0)).isEqualTo(4_499_998_500_000L);
      }
      ticket[ticket.length - 3] ^= 1;
      try (TicketStream stream = new TicketStream(strangers, ticket, List.of(driver), false)) {
        assertThatThrownBy(stream::next).hasMessageContaining("not signed by this cluster");
      }
      byte[] other = "\n\0".getBytes(StandardCharsets.UTF_8);
      try (TicketStream stream = new TicketStream(strangers, other, List.of(driver), false)) {
        assertThatThrownBy(stream::next).hasMessageContaining("This cluster asks for a token");
      }
    }
  }

  private static ReadRequest sums() {
    return new ReadRequest(
        ReadRequest.Relation.ofTable("t"),
        Optional.of(List.of("i")),
        Optional.empty(),
        SessionSettings.DEFAULT,
        PartitionTarget.forSlots(1),
        Optional.empty(),
        Optional.of(
            new PushedQuery(
                "SELECT CAST(sum(i) AS BIGINT) AS s FROM duckherder_rows",
                PushedQuery.Scope.WHOLE)),
        Map.of(),
        Set.of());
  }

  @Test
  void functionsOfTheServerAreRefused() throws Exception {
    try (FlightClient client = open()) {
      assertThatThrownBy(
              () -> plan(client, ReadRequest.Relation.ofQuery("SELECT * FROM arrow_scan(1, 2, 3)")))
          .hasMessageContaining("Cannot call arrow_scan()");
      assertThatThrownBy(() -> plan(client, ReadRequest.Relation.ofTable("nowhere")))
          .hasMessageContaining("nowhere");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "SELECT * FROM t) AS q; SET GLOBAL threads = 1; SELECT * FROM (t ~ true       ~ 1  ~ syntax",
        "SELECT * FROM t; SELECT 2   ~ true                               ~ 1            ~ 2 statements",
        "INSERT INTO t VALUES (1, 1) ~ true                               ~ 1            ~ SELECT",
        "SELECT * FROM t             ~ true) UNION ALL (SELECT 1          ~ 1            ~ Invalid filter",
        "SELECT * FROM t             ~ true), (false                      ~ 1            ~ Invalid filter",
        "SELECT * FROM t             ~ true) FROM t WHERE (true           ~ 1            ~ Invalid filter",
        "SELECT * FROM t             ~ true); SELECT (1                   ~ 1            ~ 2 statements",
        "SELECT * FROM t             ~ EXISTS (FROM arrow_scan(1, 2, 3))  ~ 1            ~ arrow_scan",
        "SELECT * FROM t             ~ true                               ~ 1; SELECT 2  ~ syntax",
        "SELECT * FROM t             ~ true                               ~ 1), (2       ~ Invalid value",
        "SELECT * FROM t             ~ true                               ~ 1); SELECT (2 ~ 2 statements",
        "SELECT * FROM t             ~ true            ~ (FROM arrow_scan(1, 2, 3))     ~ arrow_scan",
      })
  void sqlThatIsMoreThanItsPieceIsRefused(
      String query, String filter, String variable, String message) throws Exception {
    SessionSettings settings = SessionSettings.DEFAULT.withVariable("v", variable);
    ReadRequest.Relation relation = ReadRequest.Relation.ofQuery(query);
    try (FlightClient client = open()) {
      assertThatThrownBy(() -> client.getInfo(command(relation, filter, settings)))
          .hasMessageContaining(message);
    }
  }

  @Test
  void settingsOfTheServerStay() throws Exception {
    ReadRequest.Relation relation = ReadRequest.Relation.ofTable("t");
    try (FlightClient client = open()) {
      for (String name : List.of("threads", "jdbc_stream_results", "x\" = 1; SELECT \"1")) {
        SessionSettings settings = SessionSettings.DEFAULT.withSetting(name, "1");
        assertThatThrownBy(() -> client.getInfo(command(relation, "true", settings)))
            .hasMessageContaining("no setting of a session");
      }
      SessionSettings zone = SessionSettings.DEFAULT.withSetting("timezone", "UTC");
      assertThat(
              client
                  .getInfo(command(relation, "g = 1", zone.withVariable("v", "[1, 2]")))
                  .getEndpoints())
          .isNotEmpty();
    }
  }

  private static FlightDescriptor command(
      ReadRequest.Relation relation, String filter, SessionSettings settings) {
    return ReadCommand.encode(
        new ReadRequest(
            relation,
            Optional.empty(),
            Optional.of(filter),
            settings,
            PartitionTarget.forSlots(1)));
  }

  @Test
  void aForgedTicketIsRefused() throws Exception {
    try (FlightClient client = open();
        ClientPool pool = new ClientPool(cluster.allocator(), Optional.empty())) {
      FlightEndpoint endpoint =
          plan(client, ReadRequest.Relation.ofTable("t")).getEndpoints().get(0);
      byte[] ticket = endpoint.getTicket().getBytes().clone();
      ticket[ticket.length - 3] ^= 1;
      try (TicketStream stream = new TicketStream(pool, ticket, endpoint.getLocations(), true)) {
        assertThatThrownBy(stream::next)
            .isInstanceOf(DuckherderException.class)
            .hasMessageContaining("not signed by this cluster");
      }
    }
  }

  private static FlightClient open() {
    return FlightClients.open(cluster.allocator(), cluster.driver().location(), Optional.empty());
  }
}
