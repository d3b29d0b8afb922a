/*---
name: 未按时完成培训及考试人数
unit: 名
department: zfd
ledgers: [enforcement_officer]
scope: as_of_date
counts_by: 一个执法证号计一名
about: 持证执法人员中，培训或考试尚未完成或逾期完成的人数。
---*/
select
    count(distinct cert_no) as value,
    {{ origins('training_done_on') }} as origins
from {{ rows('enforcement_officer') }}
where {{ certified() }}
  and not {{ trained('<=') }}
