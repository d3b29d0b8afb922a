-- One digest of all rows for each submission of a ledger, whatever order they lie in.
with
written as (
    select _submission, _block, _row, md5(to_json(kept)::varchar) as said
    from ledger.{ledger} as kept
)
select
    _submission,
    count(*) as n_rows,
    sha256(string_agg(said, '' order by _block, _row, said)) as said
from written
group by _submission
order by _submission
