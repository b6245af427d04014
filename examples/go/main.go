// Works with a Duckherder cluster from Go, by the ADBC driver for Arrow Flight SQL: makes a table,
// inserts a batch of rows as one transaction, and runs a query with a parameter.
//
//	go run . grpc://127.0.0.1:8815
//
// The token of a cluster that has one is taken from DUCKHERDER_TOKEN.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/apache/arrow-adbc/go/adbc"
	"github.com/apache/arrow-adbc/go/adbc/driver/flightsql"
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run . grpc://HOST:PORT")
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, url string) error {
	options := map[string]string{
		adbc.OptionKeyURI:                url,
		flightsql.OptionCookieMiddleware: "true", // sessions
	}
	if token := os.Getenv("DUCKHERDER_TOKEN"); token != "" {
		options[flightsql.OptionAuthorizationHeader] = "Bearer " + token
	}
	database, err := flightsql.NewDriver(memory.DefaultAllocator).NewDatabase(options)
	if err != nil {
		return err
	}
	defer database.Close()
	connection, err := database.Open(ctx)
	if err != nil {
		return err
	}
	defer connection.Close()

	if _, err := update(ctx, connection, "CREATE OR REPLACE TABLE animals (name VARCHAR, legs BIGINT)", nil); err != nil {
		return err
	}
	animals := animals()
	defer animals.Release()
	rows, err := update(ctx, connection, "INSERT INTO animals VALUES (?, ?)", animals)
	if err != nil {
		return err
	}
	fmt.Printf("%d rows are in the table\n", rows)

	minimum := record("minimum", func(values *array.Int64Builder) { values.Append(2) })
	defer minimum.Release()
	return query(ctx, connection, "SELECT name, legs FROM animals WHERE legs >= ? ORDER BY legs, name", minimum)
}

// update runs a statement, once for each row of parameters and all of them as one transaction.
func update(ctx context.Context, connection adbc.Connection, sql string, parameters arrow.Record) (int64, error) {
	statement, err := connection.NewStatement()
	if err != nil {
		return 0, err
	}
	defer statement.Close()
	if err := statement.SetSqlQuery(sql); err != nil {
		return 0, err
	}
	if parameters != nil {
		if err := statement.Prepare(ctx); err != nil {
			return 0, err
		}
		if err := statement.Bind(ctx, parameters); err != nil {
			return 0, err
		}
	}
	return statement.ExecuteUpdate(ctx)
}

// query prints the rows of a query, batch by batch as they come.
func query(ctx context.Context, connection adbc.Connection, sql string, parameters arrow.Record) error {
	statement, err := connection.NewStatement()
	if err != nil {
		return err
	}
	defer statement.Close()
	if err := statement.SetSqlQuery(sql); err != nil {
		return err
	}
	if err := statement.Prepare(ctx); err != nil {
		return err
	}
	if err := statement.Bind(ctx, parameters); err != nil {
		return err
	}
	reader, _, err := statement.ExecuteQuery(ctx)
	if err != nil {
		return err
	}
	defer reader.Release()
	for reader.Next() {
		batch := reader.Record()
		for row := range int(batch.NumRows()) {
			for column := range int(batch.NumCols()) {
				fmt.Printf("%s=%s ", batch.ColumnName(column), batch.Column(column).ValueStr(row))
			}
			fmt.Println()
		}
	}
	return reader.Err()
}

func animals() arrow.Record {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "name", Type: arrow.BinaryTypes.String},
		{Name: "legs", Type: arrow.PrimitiveTypes.Int64},
	}, nil)
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer builder.Release()
	builder.Field(0).(*array.StringBuilder).AppendValues([]string{"duck", "dog", "sheep", "fish"}, nil)
	builder.Field(1).(*array.Int64Builder).AppendValues([]int64{2, 4, 4, 0}, nil)
	return builder.NewRecord()
}

func record(name string, fill func(*array.Int64Builder)) arrow.Record {
	schema := arrow.NewSchema([]arrow.Field{{Name: name, Type: arrow.PrimitiveTypes.Int64}}, nil)
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer builder.Release()
	fill(builder.Field(0).(*array.Int64Builder))
	return builder.NewRecord()
}
