/*---
name: 招商引资对接会
kind: list
department: ysb
ledgers: [business_activity]
counts_by: 年内已举办的招商引资对接会，按日期排列
about: 活动名称；没有举办的不写。
---*/
with
held as (
    select *
    from {{ rows('business_activity') }}
    where kind = '招商引资对接会'
      and status = '已举办'
      and {{ in_year('held_on') }}
)
select
    list(name order by held_on, name) as value,
    {{ origins('name') }} as origins
from held
