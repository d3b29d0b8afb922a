/*---
name: 来访全部予以解决
kind: claim
department: pab
ledgers: [visit]
counts_by: 每件次均为已解决、已化解或已答复并息诉，且办结日期不晚于数据截止日
about: 没有来访时不作此断言。
---*/
select
    bool_and({{ settled() }}) as value,
    {{ origins('outcome') }} as origins
from {{ rows('visit') }}
where {{ reception() }}
