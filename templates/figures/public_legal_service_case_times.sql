/*---
name: 公共法律服务件次
unit: 件次
department: sfs
ledgers: [legal_service]
counts_by: 一条服务登记计一件次
about: 年内提供的公共法律服务。
---*/
select
    count(*) as value,
    {{ origins('service_no') }} as origins
from {{ rows('legal_service') }}
where {{ in_year('served_on') }}
