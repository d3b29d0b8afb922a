-- The rows of a ledger as they stood before this candidate. The name in braces was checked.
create view before.{ledger} as
select
    kept.*,
    submission.office as _office,
    submission.department as _department,
    submission.period as _period,
    submission.file_name as _file,
    standing.in_force as _in_force,
    layout.letters as _at
from ledger.{ledger} as kept
inner join standing
    on standing.submission = kept._submission
inner join submission
    on submission.id = kept._submission
inner join layout
    on layout.submission = kept._submission
    and layout.block = kept._block;
