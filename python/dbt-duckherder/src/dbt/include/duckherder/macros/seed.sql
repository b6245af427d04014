{% macro duckherder__load_csv_rows(model, agate_table) %}
  {% do adapter.ingest_seed(this, agate_table) %}
  {{ return('-- ' ~ (agate_table.rows | length) ~ ' rows as a stream of Arrow batches') }}
{% endmacro %}
