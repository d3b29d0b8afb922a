/*---
name: 开展网上旁听庭审
kind: claim
department: djb
ledgers: [law_study]
counts_by: 年内有网上旁听庭审记录
about: 没有记录时不作此断言。
---*/
select
    case when count(*) > 0 then true end as value,
    {{ origins('study_no') }} as origins
from {{ rows('law_study') }}
where form = '旁听庭审（网上）'
  and {{ in_year('studied_on') }}
