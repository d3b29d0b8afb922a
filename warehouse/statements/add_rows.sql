-- The rows of some readings of one ledger, once for every submission that has such a reading.
-- What stands in braces is composed from the ledger card and from what the files hold, after names were checked.
insert into ledger.{ledger} (
    {names},
    _submission, _sheet, _block, _row, _hidden, _year, _carried_over
)
select
    {values},
    arrived.submission,
    frame._sheet,
    frame._block,
    frame._row,
    frame._hidden,
    frame._year,
    frame._carried_over
from read_parquet($files, filename = '_path') as frame
inner join arrived
    on arrived.path = frame._path
