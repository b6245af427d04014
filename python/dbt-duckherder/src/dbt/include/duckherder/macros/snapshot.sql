{% macro duckherder__snapshot_merge_sql(target, source, insert_cols) -%}
  {%- set columns = insert_cols | join(', ') -%}
  {%- set names = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  update {{ target }} as target
  set {{ names.dbt_valid_to }} = source.{{ names.dbt_valid_to }}
  from {{ source }} as source
  where source.{{ names.dbt_scd_id }} = target.{{ names.dbt_scd_id }}
    and source.dbt_change_type in ('update', 'delete')
    and {% if config.get('dbt_valid_to_current') -%}
      (target.{{ names.dbt_valid_to }} = {{ config.get('dbt_valid_to_current') }}
        or target.{{ names.dbt_valid_to }} is null)
    {%- else -%}
      target.{{ names.dbt_valid_to }} is null
    {%- endif %};

  insert into {{ target }} ({{ columns }})
  select {{ columns }} from {{ source }} as source
  where source.dbt_change_type = 'insert'
{%- endmacro %}
