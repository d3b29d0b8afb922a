/*---
name: 河道巡查次数
unit: 次
department: nyb
ledgers: [river_patrol]
counts_by: 一条巡查记录计一次
---*/
select
    count(*) as value,
    {{ origins('patrol_no') }} as origins
from {{ rows('river_patrol') }}
where {{ in_year('patrolled_on') }}
