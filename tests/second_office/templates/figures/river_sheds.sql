/*---
name: 河道问题：违规搭建
unit: 处
department: nyb
ledgers: [river_patrol]
counts_by: 一处计一处
---*/
select
    coalesce(sum(sheds), 0) as value,
    {{ origins('sheds', 'sheds is not null') }} as origins
from {{ rows('river_patrol') }}
where {{ in_year('patrolled_on') }}
