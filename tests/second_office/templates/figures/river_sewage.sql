/*---
name: 河道问题：污水直排
unit: 处
department: nyb
ledgers: [river_patrol]
counts_by: 一处计一处
---*/
select
    coalesce(sum(sewage), 0) as value,
    {{ origins('sewage', 'sewage is not null') }} as origins
from {{ rows('river_patrol') }}
where {{ in_year('patrolled_on') }}
