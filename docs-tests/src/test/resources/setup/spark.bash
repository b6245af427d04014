duckherder-cluster start --daemon --managed sales=/data/sales.duckdb --workers 1
duckherder-cluster sql "CREATE TABLE orders AS SELECT i AS id, ['north', 'south', 'east', 'west'][i % 4 + 1] AS region, ((i * 7919) % 100000 * 0.01)::DECIMAL(9, 2) AS amount FROM range(1, 300001) AS numbers(i)"
duckherder-cluster sql "CREATE TABLE stock (id INTEGER PRIMARY KEY, pieces INTEGER)"
# Seven snapshots: the guide reads the seventh.
for number in 1 2 3 4 5 6 7; do
  echo "INSERT INTO orders VALUES ($number, 'north', 1); CALL duckherder_seal();"
done | duckherder-cluster sql
duckherder-cluster sql "CREATE TABLE pairs AS SELECT 'duck' AS a, 'dukc' AS b"
