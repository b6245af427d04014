{% snapshot orders_snapshot %}
{{ config(target_schema='dbt', unique_key='id', strategy='check', check_cols=['amount', 'paid']) }}
select id, amount, paid from {{ ref('orders') }}
{% endsnapshot %}
