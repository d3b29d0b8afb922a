/*---
code: across.advised_without_appeal
ref: X07
level: question
why: 法律顾问参与了复议应诉案件的咨询论证，行政复议应诉台账中应有案件
owner: 司法所
ledgers: [adviser_service, appeal_case]
examples:
  passes:
    - rows:
        adviser_service: [{record_no: F1, served_on: 2024-03-01, category: 行政复议}]
        appeal_case: [{case_no: C1, received_on: 2024-02-01}]
    - rows:
        adviser_service: [{record_no: F1, served_on: 2024-03-01, category: 法律咨询}]
        appeal_case: []
  fails:
    - rows:
        adviser_service: [{record_no: F1, served_on: 2024-03-01, category: 行政应诉}]
        appeal_case: []
---*/
select
    service._submission as submission,
    service._sheet as sheet,
    {{ cell('service', 'category') }} as cell,
    service.record_no as key,
    'category' as "column",
    service.category as category,
    service.served_on as day,
    {{ files('appeal_case') }} as also
from {{ rows('adviser_service') }} as service
where service.category in ('行政复议', '行政应诉')
  and service.record_no is not null
  and {{ in_year('service.served_on') }}
  and not exists (from {{ rows('appeal_case') }})
