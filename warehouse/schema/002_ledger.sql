-- One ledger: the rows of all its accepted submissions, and as a view those in force.
-- The names in braces are composed from the ledger card, after they were checked.
create table ledger.{ledger} (
    {columns},
    _submission varchar not null,
    _sheet varchar not null,
    _block bigint not null,
    _row bigint not null,
    _hidden boolean not null,
    _year bigint,
    _carried_over boolean not null
);

-- `_at['column'] || _row` is the address of a value.
create view record.{ledger} as
select
    kept.*,
    submission.office as _office,
    submission.department as _department,
    submission.period as _period,
    submission.file_name as _file,
    submission.sha256 as _sha256,
    layout.letters as _at
from ledger.{ledger} as kept
inner join submission
    on submission.id = kept._submission
inner join layout
    on layout.submission = kept._submission
    and layout.block = kept._block
where submission.in_force;
