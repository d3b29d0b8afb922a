/*---
name: 持证执法人员数
unit: 名
department: zfd
ledgers: [enforcement_officer]
scope: as_of_date
counts_by: 一个执法证号计一名
about: 数据截止日在岗、执法证有效且在有效期内的人员，按执法证号去重。
---*/
select
    count(distinct cert_no) as value,
    {{ origins('cert_no') }} as origins
from {{ rows('enforcement_officer') }}
where {{ certified() }}
