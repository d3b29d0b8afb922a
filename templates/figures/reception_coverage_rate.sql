/*---
name: 处级领导接访排班覆盖率
kind: rate
unit: ％
department: pab
ledgers: [reception_duty]
decimals: 1
counts_by: 有排班且实际到岗的法定工作日与年内法定工作日之比
about: 按国务院办公厅公布的节假日和调休安排计算。
---*/
with
workday as (
    select unnest({{ workdays() }}) as day
),
duty as (
    select *
    from {{ rows('reception_duty') }}
    where {{ in_year('duty_on') }}
      and present
)
select
    (
        select {{ ratio('count(*) filter (where day in (select duty_on from duty))', 'count(*)') }}
        from workday
    ) as value,
    {{ origins('duty_on') }} as origins
from duty
