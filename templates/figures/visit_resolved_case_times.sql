/*---
name: 来访已解决件次
unit: 件次
department: pab
ledgers: [visit]
counts_by: 每次接待计一件次
about: 计入接待来访件次、办理结果为已解决、已化解或已答复并息诉，且办结日期不晚于数据截止日的登记。
---*/
select
    count(*) as value,
    {{ origins('outcome') }} as origins
from {{ rows('visit') }}
where {{ reception() }}
  and {{ settled() }}
