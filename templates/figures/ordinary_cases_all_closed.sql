/*---
name: 一般案件均已办结
kind: claim
department: zfd
ledgers: [penalty_case]
counts_by: 每个计入的案件均有不晚于数据截止日的结案日期
about: 没有计入的案件时不作此断言。
options: {count_basis: decided_on}
---*/
select
    bool_and({{ by_cut('closed_on') }}) as value,
    {{ origins('closed_on') }} as origins
from {{ rows('penalty_case') }}
where {{ ordinary_case() }}
