/*---
name: 持证人员均按时完成培训及考试
kind: claim
department: zfd
ledgers: [enforcement_officer]
scope: as_of_date
counts_by: 每名持证人员的培训完成日期、考试日期不晚于截止日期，且考试通过
about: 没有持证执法人员时不作此断言。
---*/
select
    bool_and({{ trained('<=') }}) as value,
    {{ origins('training_done_on') }} as origins
from {{ rows('enforcement_officer') }}
where {{ certified() }}
