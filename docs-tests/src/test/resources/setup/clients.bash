duckherder-cluster start --daemon --managed sales=/data/sales.duckdb --workers 1
duckherder-cluster sql "CREATE TABLE orders AS SELECT i AS id, ['north', 'south', 'east', 'west'][i % 4 + 1] AS region, ((i * 7919) % 100000 * 0.01)::DECIMAL(9, 2) AS amount FROM range(1, 300001) AS numbers(i)"
