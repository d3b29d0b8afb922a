/*---
name: 群众法律咨询人次
unit: 人次
department: sfs
ledgers: [publicity_activity]
rounding: 余
counts_by: 一人咨询一次计一人次
about: 年内普法活动现场咨询人次合计；与来访接待、公共法律服务的件次互不包含。
---*/
select
    coalesce(sum(consultations), 0) as value,
    {{ origins('consultations', 'consultations is not null') }} as origins
from {{ rows('publicity_activity') }}
where {{ in_year('held_on') }}
