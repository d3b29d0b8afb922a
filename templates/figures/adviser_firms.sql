/*---
name: 聘请的律师事务所
kind: list
department: dzb
ledgers: [adviser_contract]
counts_by: 年内聘用合同在有效期内的律师事务所，按合同起始日排列
about: 年中更换律师事务所的，两家均列。
---*/
with
engaged as (
    select *
    from {{ rows('adviser_contract') }}
    where starts_on <= least(make_date($year, 12, 31), $cut)
      and (ends_on is null or ends_on >= make_date($year, 1, 1))
),
firms as (
    select firm, min(starts_on) as first_day
    from engaged
    group by firm
)
select
    (select list(firm order by first_day, firm) from firms) as value,
    {{ origins('firm') }} as origins
from engaged
