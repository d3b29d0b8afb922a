-- How each block is laid out, whatever the order of its columns.
select
    submission,
    block,
    sheet,
    to_json(list_sort(map_entries(letters)))::varchar as letters
from layout
order by submission, block
