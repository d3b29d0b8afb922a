-- What each submission is, without instants.
select
    id,
    to_json({
        'office': office,
        'department': department,
        'ledger': ledger,
        'period': period,
        'sha256': sha256,
        'file_name': file_name,
        'size': size,
        'in_force': in_force
    })::varchar as said
from submission
order by id
