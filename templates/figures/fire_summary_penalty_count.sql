/*---
name: 消防简易处罚数
unit: 起
department: zfd
ledgers: [fire_penalty]
counts_by: 一份当场处罚决定书计一起
about: 年内当场作出的消防行政处罚；并处只计一起。
---*/
select
    count(distinct decision_no) as value,
    {{ origins('decision_no') }} as origins
from {{ rows('fire_penalty') }}
where {{ in_year('penalised_on') }}
