CREATE TEMPORARY VIEW new_orders AS SELECT 300001L AS id, 'south' AS region, 7.5BD AS amount;
CREATE TEMPORARY VIEW all_orders AS SELECT id, 'west' AS region, 101.25BD AS amount FROM range(10);
CREATE TEMPORARY VIEW north_orders AS SELECT 300002L AS id, 'north' AS region, 200.5BD AS amount;
CREATE TEMPORARY VIEW changes AS SELECT id, 'east' AS region, 1BD AS amount FROM range(5, 15)
