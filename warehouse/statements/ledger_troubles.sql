-- What must not be in a ledger; no row comes back where all is well.
select 'row ' || kept._row || ' of sheet ' || kept._sheet || ' in {ledger} has no submission ' || kept._submission
    as trouble
from ledger.{ledger} as kept
anti join submission
    on submission.id = kept._submission
    and submission.ledger = $ledger
union all
select 'row ' || kept._row || ' of sheet ' || kept._sheet || ' in submission ' || kept._submission
    || ' stands in block ' || kept._block || ', which has no layout'
from ledger.{ledger} as kept
anti join layout
    on layout.submission = kept._submission
    and layout.block = kept._block
