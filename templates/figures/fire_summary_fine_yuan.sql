/*---
name: 消防简易罚款金额
unit: 元
department: zfd
ledgers: [fire_penalty]
counts_by: 当场处罚决定书载明的罚款金额，以元计
about: 消防简易处罚的罚款合计。
---*/
select
    coalesce(sum(fine_yuan), 0) as value,
    {{ origins('fine_yuan', 'fine_yuan is not null') }} as origins
from {{ rows('fire_penalty') }}
where {{ in_year('penalised_on') }}
  and list_contains(punishment, '罚款')
