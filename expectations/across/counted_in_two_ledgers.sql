/*---
code: across.counted_in_two_ledgers
ref: X10
level: question
why: 同一人同一天既登记为来访接待、又登记为公共法律服务，可能是一件事计了两次
owner: 司法所
ledgers: [legal_service, visit]
examples:
  passes:
    - rows:
        legal_service: [{service_no: G1, served_on: 2024-04-02, client_phone: aa}]
        visit: [{visit_no: L1, visited_on: 2024-04-03, phone: aa}, {visit_no: L2, visited_on: 2024-04-02, phone: bb}]
  fails:
    - rows:
        legal_service: [{service_no: G1, served_on: 2024-04-02, client_phone: aa}]
        visit: [{visit_no: L1, visited_on: 2024-04-02, phone: aa}]
---*/
select
    service._submission as submission,
    service._sheet as sheet,
    {{ cell('service', 'service_no') }} as cell,
    service.service_no as key,
    'service_no' as "column",
    service.served_on as day,
    min(visit.visit_no) as visit_no,
    list({{ side('visit', 'visit_no') }} order by visit._block, visit._row) as also
from {{ rows('legal_service') }} as service
inner join {{ rows('visit') }} as visit
    on visit.phone = service.client_phone
    and visit.visited_on = service.served_on
where {{ in_year('service.served_on') }}
  and service.service_no is not null
group by service._submission, service._sheet, service._at, service._row, service.service_no, service.served_on
