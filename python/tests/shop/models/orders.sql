select id, customer, ordered::date as ordered, amount::decimal(12, 2) as amount, paid
from {{ ref('raw_orders') }}
