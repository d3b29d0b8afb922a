/*---
name: 一般（普通程序）案件办理数
unit: 起
department: zfd
ledgers: [penalty_case]
counts_by: 一个案件编号计一起
about: 年内作出处罚决定的普通程序案件，不含撤销立案；计数日期由单位选定（立案、决定或结案日期）。
options: {count_basis: decided_on}
---*/
select
    count(distinct case_no) as value,
    {{ origins('case_no') }} as origins
from {{ rows('penalty_case') }}
where {{ ordinary_case() }}
