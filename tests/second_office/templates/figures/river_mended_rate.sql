/*---
name: 河道问题整改率
kind: rate
unit: ％
decimals: 1
department: nyb
ledgers: [river_patrol]
counts_by: 已整改处数与发现问题处数之比
---*/
select
    {{ ratio('sum(mended)', 'sum(coalesce(rubbish, 0) + coalesce(sheds, 0) + coalesce(sewage, 0))') }} as value,
    {{ origins('mended', 'mended is not null') }} as origins
from {{ rows('river_patrol') }}
where {{ in_year('patrolled_on') }}
