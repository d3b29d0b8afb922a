/*---
name: 消防简易处罚数：警告
unit: 起
department: zfd
ledgers: [fire_penalty]
counts_by: 一份当场处罚决定书计一起
about: 最重处罚种类为警告的消防简易处罚；并处罚款的计入罚款。
---*/
select
    count(distinct decision_no) as value,
    {{ origins('decision_no') }} as origins
from {{ rows('fire_penalty') }}
where {{ in_year('penalised_on') }}
  and not list_contains(punishment, '罚款')
