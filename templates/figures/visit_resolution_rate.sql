/*---
name: 来访化解率
kind: rate
unit: ％
department: pab
ledgers: [visit]
decimals: 1
counts_by: 已解决件次与接待来访件次之比
about: 没有来访时不计算。
---*/
select
    {{ ratio('count(*) filter (where ' ~ settled() ~ ')', 'count(*)') }} as value,
    {{ origins('outcome') }} as origins
from {{ rows('visit') }}
where {{ reception() }}
