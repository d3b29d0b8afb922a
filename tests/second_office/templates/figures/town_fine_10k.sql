/*---
name: 罚款金额（万元）
unit: 万元
scale: 10000
department: zhzf
ledgers: [penalty_case]
counts_by: 处罚决定书载明的罚款金额
---*/
select
    coalesce(sum(fine_yuan), 0) as value,
    {{ origins('fine_yuan', 'fine_yuan is not null') }} as origins
from {{ rows('penalty_case') }}
where {{ in_year('decided_on') }}
