{% macro duckherder__get_catalog(information_schema, schemas) -%}
  {% call statement('catalog', fetch_result=True) %}
    with relations as (
      select database_name, schema_name, table_name, 'BASE TABLE' as table_type, comment
      from duckdb_tables()
      union all
      select database_name, schema_name, view_name, 'VIEW', comment
      from duckdb_views() where not internal
    )
    select
      r.database_name as table_database, r.schema_name as table_schema, r.table_name, r.table_type,
      r.comment as table_comment, c.column_name, c.column_index, c.data_type as column_type,
      c.comment as column_comment, '' as table_owner
    from relations r
    join duckdb_columns() c using (database_name, schema_name, table_name)
    where lower(r.database_name) = lower('{{ information_schema.database }}')
      and lower(r.schema_name) in (
        {%- for schema in schemas -%}lower('{{ schema }}'){{ ', ' if not loop.last }}{%- endfor -%}
      )
    order by 1, 2, 3, c.column_index
  {% endcall %}
  {{ return(load_result('catalog').table) }}
{%- endmacro %}
