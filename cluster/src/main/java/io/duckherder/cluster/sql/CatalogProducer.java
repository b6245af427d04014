package io.duckherder.cluster.sql;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.duckherder.cluster.catalog.FixedRows;
import io.duckherder.cluster.catalog.Keys;
import io.duckherder.cluster.catalog.Tables;
import io.duckherder.cluster.catalog.TypeInfo;
import io.duckherder.wire.BatchSender;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetCatalogs;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetCrossReference;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetExportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetImportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetPrimaryKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetSqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTableTypes;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetXdbcTypeInfo;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The commands of Flight SQL about the catalog: the ticket is the command itself. */
class CatalogProducer extends NoOpFlightSqlProducer {
  private final Tables tables;
  private final Keys keys;
  private final Supplier<SqlInfoBuilder> serverInfo;
  private final Executor executor;
  private final BufferAllocator allocator;

  CatalogProducer(
      Tables tables,
      Keys keys,
      Supplier<SqlInfoBuilder> serverInfo,
      Executor executor,
      BufferAllocator allocator) {
    this.tables = tables;
    this.keys = keys;
    this.serverInfo = serverInfo;
    this.executor = executor;
    this.allocator = allocator;
  }

  @Override
  public FlightInfo getFlightInfoCatalogs(
      CommandGetCatalogs command, CallContext context, FlightDescriptor descriptor) {
    return info(command, Schemas.GET_CATALOGS_SCHEMA, descriptor);
  }

  @Override
  public void getStreamCatalogs(CallContext context, ServerStreamListener listener) {
    send(Schemas.GET_CATALOGS_SCHEMA, tables.catalogs(), listener);
  }

  @Override
  public FlightInfo getFlightInfoSchemas(
      CommandGetDbSchemas command, CallContext context, FlightDescriptor descriptor) {
    return info(command, Schemas.GET_SCHEMAS_SCHEMA, descriptor);
  }

  @Override
  public void getStreamSchemas(
      CommandGetDbSchemas command, CallContext context, ServerStreamListener listener) {
    send(Schemas.GET_SCHEMAS_SCHEMA, tables.schemas(command), listener);
  }

  @Override
  public FlightInfo getFlightInfoTables(
      CommandGetTables command, CallContext context, FlightDescriptor descriptor) {
    return info(command, Tables.tablesSchema(command), descriptor);
  }

  @Override
  public void getStreamTables(
      CommandGetTables command, CallContext context, ServerStreamListener listener) {
    send(Tables.tablesSchema(command), tables.tables(command), listener);
  }

  @Override
  public FlightInfo getFlightInfoTableTypes(
      CommandGetTableTypes command, CallContext context, FlightDescriptor descriptor) {
    return info(command, Schemas.GET_TABLE_TYPES_SCHEMA, descriptor);
  }

  @Override
  public void getStreamTableTypes(CallContext context, ServerStreamListener listener) {
    send(Schemas.GET_TABLE_TYPES_SCHEMA, tables.tableTypes(), listener);
  }

  @Override
  public FlightInfo getFlightInfoPrimaryKeys(
      CommandGetPrimaryKeys command, CallContext context, FlightDescriptor descriptor) {
    return info(command, Schemas.GET_PRIMARY_KEYS_SCHEMA, descriptor);
  }

  @Override
  public void getStreamPrimaryKeys(
      CommandGetPrimaryKeys command, CallContext context, ServerStreamListener listener) {
    send(Schemas.GET_PRIMARY_KEYS_SCHEMA, keys.primary(command), listener);
  }

  @Override
  public FlightInfo getFlightInfoExportedKeys(
      CommandGetExportedKeys command, CallContext context, FlightDescriptor descriptor) {
    return info(command, Schemas.GET_EXPORTED_KEYS_SCHEMA, descriptor);
  }

  @Override
  public void getStreamExportedKeys(
      CommandGetExportedKeys command, CallContext context, ServerStreamListener listener) {
    send(Schemas.GET_EXPORTED_KEYS_SCHEMA, keys.exported(command), listener);
  }

  @Override
  public FlightInfo getFlightInfoImportedKeys(
      CommandGetImportedKeys command, CallContext context, FlightDescriptor descriptor) {
    return info(command, Schemas.GET_IMPORTED_KEYS_SCHEMA, descriptor);
  }

  @Override
  public void getStreamImportedKeys(
      CommandGetImportedKeys command, CallContext context, ServerStreamListener listener) {
    send(Schemas.GET_IMPORTED_KEYS_SCHEMA, keys.imported(command), listener);
  }

  @Override
  public FlightInfo getFlightInfoCrossReference(
      CommandGetCrossReference command, CallContext context, FlightDescriptor descriptor) {
    return info(command, Schemas.GET_CROSS_REFERENCE_SCHEMA, descriptor);
  }

  @Override
  public void getStreamCrossReference(
      CommandGetCrossReference command, CallContext context, ServerStreamListener listener) {
    send(Schemas.GET_CROSS_REFERENCE_SCHEMA, keys.crossReference(command), listener);
  }

  @Override
  public FlightInfo getFlightInfoTypeInfo(
      CommandGetXdbcTypeInfo command, CallContext context, FlightDescriptor descriptor) {
    return info(command, Schemas.GET_TYPE_INFO_SCHEMA, descriptor);
  }

  @Override
  public void getStreamTypeInfo(
      CommandGetXdbcTypeInfo command, CallContext context, ServerStreamListener listener) {
    send(Schemas.GET_TYPE_INFO_SCHEMA, TypeInfo.rows(command), listener);
  }

  @Override
  public FlightInfo getFlightInfoSqlInfo(
      CommandGetSqlInfo command, CallContext context, FlightDescriptor descriptor) {
    return info(command, Schemas.GET_SQL_INFO_SCHEMA, descriptor);
  }

  @Override
  public void getStreamSqlInfo(
      CommandGetSqlInfo command, CallContext context, ServerStreamListener listener) {
    serverInfo.get().send(command.getInfoList(), listener);
  }

  private void send(
      Schema schema, List<List<@Nullable Object>> rows, ServerStreamListener listener) {
    BatchSender.send(new FixedRows(schema, rows, allocator), listener, executor, () -> {});
  }

  /** A result in one piece, read from this server. */
  static FlightInfo info(Message ticket, Schema schema, FlightDescriptor descriptor) {
    Ticket packed = new Ticket(Any.pack(ticket).toByteArray());
    return new FlightInfo(schema, descriptor, List.of(new FlightEndpoint(packed)), -1, -1);
  }
}
