/*---
name: 法律顾问社区普法讲座次数
unit: 次
department: dzb
ledgers: [adviser_service]
counts_by: 一次一记，一条记录计一次
about: 年内服务类别为社区普法讲座的法律顾问工作记录。
---*/
select
    count(*) as value,
    {{ origins('category') }} as origins
from {{ rows('adviser_service') }}
where {{ adviser_service(['社区普法讲座']) }}
