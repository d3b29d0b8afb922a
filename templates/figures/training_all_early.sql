/*---
name: 持证人员均提前完成培训
kind: claim
department: zfd
ledgers: [enforcement_officer]
scope: as_of_date
counts_by: 每名持证人员的培训完成日期早于截止日期，且考试按期通过
about: 严格早于截止日期才算提前。没有持证执法人员时不作此断言。
---*/
select
    bool_and({{ trained('<') }}) as value,
    {{ origins('training_done_on') }} as origins
from {{ rows('enforcement_officer') }}
where {{ certified() }}
