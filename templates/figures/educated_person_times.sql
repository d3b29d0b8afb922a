/*---
name: 受教育干部群众人次
unit: 人次
department: sfs
ledgers: [publicity_activity]
rounding: 余
counts_by: 一人参加一次计一人次
about: 年内普法活动参加人次合计。
---*/
select
    coalesce(sum(participants), 0) as value,
    {{ origins('participants', 'participants is not null') }} as origins
from {{ rows('publicity_activity') }}
where {{ in_year('held_on') }}
