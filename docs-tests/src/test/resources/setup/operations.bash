duckherder-cluster start --daemon --managed web=web.duckdb --workers 0
duckherder-cluster sql "CREATE TABLE visits AS SELECT 1 AS id"
duckherder-cluster stop
head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > token && chmod 600 token
