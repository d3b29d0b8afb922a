/*---
name: 一般案件在办数
unit: 起
department: zfd
ledgers: [penalty_case]
counts_by: 一个案件编号计一起
about: 计入一般案件办理数、而数据截止日尚未结案的案件。
options: {count_basis: decided_on}
---*/
select
    count(distinct case_no) as value,
    {{ origins('closed_on') }} as origins
from {{ rows('penalty_case') }}
where {{ ordinary_case() }}
  and not {{ by_cut('closed_on') }}
