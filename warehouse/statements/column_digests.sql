-- The columns of every ledger.
select table_name, column_name, data_type
from duckdb_columns()
where schema_name = 'ledger'
  and database_name = current_database()
order by table_name, column_index
