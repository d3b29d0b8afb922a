/*---
name: 消防简易处罚数：罚款
unit: 起
department: zfd
ledgers: [fire_penalty]
counts_by: 一份当场处罚决定书计一起
about: 最重处罚种类为罚款的消防简易处罚，含警告并处罚款。
---*/
select
    count(distinct decision_no) as value,
    {{ origins('decision_no') }} as origins
from {{ rows('fire_penalty') }}
where {{ in_year('penalised_on') }}
  and list_contains(punishment, '罚款')
