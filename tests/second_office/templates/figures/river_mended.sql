/*---
name: 河道问题：已整改
unit: 处
department: nyb
ledgers: [river_patrol]
counts_by: 一处计一处
---*/
select
    coalesce(sum(mended), 0) as value,
    {{ origins('mended', 'mended is not null') }} as origins
from {{ rows('river_patrol') }}
where {{ in_year('patrolled_on') }}
