/*---
name: 一般案件罚款金额
unit: 元
department: zfd
ledgers: [penalty_case]
counts_by: 处罚决定书载明的罚款金额，以元计
about: 计入一般案件办理数的案件的罚款合计；不含没收、加处罚款和简易程序罚款。
options: {count_basis: decided_on}
---*/
select
    coalesce(sum(fine_yuan), 0) as value,
    {{ origins('fine_yuan', 'fine_yuan is not null') }} as origins
from {{ rows('penalty_case') }}
where {{ ordinary_case() }}
