/*---
name: 开展网上学法考试
kind: claim
department: djb
ledgers: [law_study]
counts_by: 年内有网上学法考试记录
about: 没有记录时不作此断言。
---*/
select
    case when count(*) > 0 then true end as value,
    {{ origins('study_no') }} as origins
from {{ rows('law_study') }}
where form = '网上学法考试'
  and {{ in_year('studied_on') }}
