/*---
name: 法治专题讲座场数
unit: 场
department: sfs
ledgers: [publicity_activity]
counts_by: 一条活动记录计一场
about: 年内活动形式为法治专题讲座的普法活动。
---*/
select
    count(distinct activity_no) as value,
    {{ origins('activity_no') }} as origins
from {{ rows('publicity_activity') }}
where form = '法治专题讲座'
  and {{ in_year('held_on') }}
