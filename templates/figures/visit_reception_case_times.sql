/*---
name: 接待来访件次
unit: 件次
department: pab
ledgers: [visit]
counts_by: 每次接待计一件次，同一人同一事来三次计三件次
about: 年内来访方式为来访的登记。
---*/
select
    count(*) as value,
    {{ origins('visit_no') }} as origins
from {{ rows('visit') }}
where {{ reception() }}
