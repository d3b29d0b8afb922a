/*---
name: 法律顾问提出法律意见条数
unit: 条
department: dzb
ledgers: [adviser_service]
counts_by: 一条意见计一条，不以记录行数代替
about: 年内法律顾问工作记录的意见条数合计。
---*/
select
    coalesce(sum(opinions), 0) as value,
    {{ origins('opinions', 'opinions is not null') }} as origins
from {{ rows('adviser_service') }}
where {{ in_year('served_on') }}
