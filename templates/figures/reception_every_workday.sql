/*---
name: 处级领导每日排班接访
kind: claim
department: pab
ledgers: [reception_duty]
counts_by: 年内至数据截止日的每个法定工作日均有排班且实际到岗
about: 工作日按国务院办公厅公布的节假日和调休安排；没有排班时不作此断言。
---*/
with
duty as (
    select *
    from {{ rows('reception_duty') }}
    where {{ in_year('duty_on') }}
      and present
)
select
    case
        when count(*) > 0
            then (select count(*) from (select unnest({{ workdays() }}) except select duty_on from duty)) = 0
    end as value,
    {{ origins('duty_on') }} as origins
from duty
