/*---
name: 指标任务定期跟进
kind: claim
department: dzb
ledgers: [key_task]
counts_by: 每项任务在年内已过完的每个季度至少有一条进展记录
about: 没有任务时不作此断言；数据截止日所在季度过完才计。
---*/
with
records as (
    select *
    from {{ rows('key_task') }}
    where {{ in_year('updated_on') }}
),
quarters as (
    select quarter
    from range(1, 5) as quarters(quarter)
    where last_day(make_date($year, cast(quarter * 3 as integer), 1)) <= $cut
),
gaps as (
    select task_no, quarter
    from (select distinct task_no from records), quarters
    except
    select task_no, quarter(updated_on)
    from records
)
select
    case when count(*) > 0 then (select count(*) from gaps) = 0 end as value,
    {{ origins('updated_on') }} as origins
from records
