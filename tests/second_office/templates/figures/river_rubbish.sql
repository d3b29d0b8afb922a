/*---
name: 河道问题：垃圾倾倒
unit: 处
department: nyb
ledgers: [river_patrol]
counts_by: 一处计一处
---*/
select
    coalesce(sum(rubbish), 0) as value,
    {{ origins('rubbish', 'rubbish is not null') }} as origins
from {{ rows('river_patrol') }}
where {{ in_year('patrolled_on') }}
