{{ config(materialized='incremental', unique_key='id') }}
select id, customer, amount, '{{ var("run", "first") }}' as seen
from {{ ref('orders') }}
where paid
{% if is_incremental() %}
  and id >= (select max(id) from {{ this }})
{% endif %}
