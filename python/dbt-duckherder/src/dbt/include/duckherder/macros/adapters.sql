{% macro duckherder__list_schemas(database) -%}
  {% call statement('list_schemas', fetch_result=True, auto_begin=False) %}
    select distinct schema_name from duckdb_schemas() where lower(database_name) = lower('{{ database }}')
  {% endcall %}
  {{ return(load_result('list_schemas').table) }}
{%- endmacro %}

{% macro duckherder__check_schema_exists(information_schema, schema) -%}
  {% call statement('check_schema_exists', fetch_result=True, auto_begin=False) %}
    select count(*) from duckdb_schemas()
    where lower(database_name) = lower('{{ information_schema.database }}')
      and lower(schema_name) = lower('{{ schema }}')
  {% endcall %}
  {{ return(load_result('check_schema_exists').table) }}
{%- endmacro %}

{% macro duckherder__list_relations_without_caching(schema_relation) %}
  {% call statement('list_relations_without_caching', fetch_result=True) -%}
    select database_name as database, table_name as name, schema_name as schema, 'table' as type
    from duckdb_tables()
    where lower(database_name) = lower('{{ schema_relation.database }}')
      and lower(schema_name) = lower('{{ schema_relation.schema }}')
    union all
    select database_name, view_name, schema_name, 'view'
    from duckdb_views()
    where lower(database_name) = lower('{{ schema_relation.database }}')
      and lower(schema_name) = lower('{{ schema_relation.schema }}')
      and not internal
  {%- endcall %}
  {{ return(load_result('list_relations_without_caching').table) }}
{% endmacro %}

{% macro duckherder__get_columns_in_relation(relation) -%}
  {% call statement('get_columns_in_relation', fetch_result=True) %}
    select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale
    from duckdb_columns()
    where lower(table_name) = lower('{{ relation.identifier }}')
      {% if relation.schema %} and lower(schema_name) = lower('{{ relation.schema }}') {% endif %}
      {% if relation.database %} and lower(database_name) = lower('{{ relation.database }}') {% endif %}
    order by column_index
  {% endcall %}
  {{ return(sql_convert_columns_in_relation(load_result('get_columns_in_relation').table)) }}
{% endmacro %}

{% macro duckherder__create_table_as(temporary, relation, sql) -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {{ sql_header if sql_header is not none }}
  {%- set contract = config.get('contract') -%}
  {%- if contract.enforced and not temporary -%}
    {{ get_assert_columns_equivalent(sql) }}
    create table {{ relation }} {{ get_table_columns_and_constraints() }};
    insert into {{ relation }} ({{ adapter.dispatch('get_column_names', 'dbt')() }})
    {{ get_select_subquery(sql) }}
  {%- else -%}
    create {% if temporary %}temporary{% endif %} table {{ relation }} as (
      {{ sql }}
    )
  {%- endif -%}
{%- endmacro %}

{% macro duckherder__drop_relation(relation) -%}
  {% call statement('drop_relation', auto_begin=False) -%}
    drop {{ relation.type }} if exists {{ relation }} cascade
  {%- endcall %}
{% endmacro %}

{% macro duckherder__get_drop_sql(relation) -%}
  drop {{ relation.type }} if exists {{ relation }} cascade
{%- endmacro %}

{% macro duckherder__truncate_relation(relation) -%}
  {% call statement('truncate_relation') -%}
    truncate {{ relation }}
  {%- endcall %}
{% endmacro %}

{% macro duckherder__rename_relation(from_relation, to_relation) -%}
  {% call statement('rename_relation') -%}
    {{ get_rename_sql(from_relation, to_relation.identifier) }}
  {%- endcall %}
{% endmacro %}

{% macro duckherder__get_rename_sql(relation, new_name) -%}
  alter {{ relation.type }} {{ relation }} rename to {{ adapter.quote(new_name) }}
{%- endmacro %}

{% macro duckherder__get_rename_table_sql(relation, new_name) -%}
  alter table {{ relation }} rename to {{ adapter.quote(new_name) }}
{%- endmacro %}

{% macro duckherder__get_rename_view_sql(relation, new_name) -%}
  alter view {{ relation }} rename to {{ adapter.quote(new_name) }}
{%- endmacro %}

{% macro duckherder__make_temp_relation(base_relation, suffix) %}
  {%- set name = base_relation.identifier ~ suffix ~ py_current_timestring() -%}
  {% do return(base_relation.incorporate(
       path={"identifier": name, "schema": none, "database": none})) %}
{% endmacro %}

{% macro duckherder__current_timestamp() -%}
  now()
{%- endmacro %}

{% macro duckherder__snapshot_get_time() -%}
  now()::timestamp
{%- endmacro %}

{% macro duckherder__snapshot_string_as_time(timestamp) -%}
  {{ return("'" ~ timestamp ~ "'::timestamp") }}
{%- endmacro %}

{% macro duckherder__get_incremental_default_sql(arg_dict) %}
  {% if arg_dict["unique_key"] %}
    {% do return(get_incremental_delete_insert_sql(arg_dict)) %}
  {% else %}
    {% do return(get_incremental_append_sql(arg_dict)) %}
  {% endif %}
{% endmacro %}

{% macro duckherder__alter_relation_comment(relation, comment) %}
  comment on {{ relation.type }} {{ relation }} is '{{ comment | replace("'", "''") }}'
{% endmacro %}

{% macro duckherder__alter_column_comment(relation, column_dict) %}
  {% for name in column_dict %}
    comment on column {{ relation }}.{{ adapter.quote(name) }}
      is '{{ column_dict[name]["description"] | replace("'", "''") }}';
  {% endfor %}
{% endmacro %}

{% macro duckherder__alter_relation_add_remove_columns(relation, add_columns, remove_columns) %}
  {% for column in add_columns or [] %}
    {% do run_query('alter table ' ~ relation ~ ' add column ' ~ column.quoted ~ ' ' ~ column.expanded_data_type) %}
  {% endfor %}
  {% for column in remove_columns or [] %}
    {% do run_query('alter table ' ~ relation ~ ' drop column ' ~ column.quoted) %}
  {% endfor %}
{% endmacro %}

{% macro duckherder__dateadd(datepart, interval, from_date_or_timestamp) %}
  ({{ from_date_or_timestamp }} + ({{ interval }}) * interval 1 {{ datepart }})
{% endmacro %}

{% macro duckherder__datediff(first_date, second_date, datepart) %}
  date_diff('{{ datepart }}', {{ first_date }}, {{ second_date }})
{% endmacro %}

{% macro duckherder__type_float() %}
  double
{% endmacro %}
