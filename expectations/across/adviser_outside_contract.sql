/*---
code: across.adviser_outside_contract
ref: X12
level: question
why: 法律顾问的服务须在聘用合同期内；换所的，两家的合同都要登记
owner: 党政综合办公室
ledgers: [adviser_service, adviser_contract]
examples:
  passes:
    - rows:
        adviser_contract: [{firm: 甲律师事务所, starts_on: 2024-01-01, ends_on: 2024-12-31}]
        adviser_service: [{record_no: F1, firm: 甲律师事务所, served_on: 2024-12-31}]
  fails:
    - rows:
        adviser_contract: [{firm: 甲律师事务所, starts_on: 2024-01-01, ends_on: 2024-06-30}]
        adviser_service: [{record_no: F1, firm: 甲律师事务所, served_on: 2024-07-01}]
    - rows:
        adviser_contract: [{firm: 甲律师事务所, starts_on: 2024-01-01, ends_on: 2024-12-31}]
        adviser_service: [{record_no: F1, firm: 乙律师事务所, served_on: 2024-07-01}]
---*/
select
    service._submission as submission,
    service._sheet as sheet,
    {{ cell('service', 'served_on') }} as cell,
    service.record_no as key,
    'served_on' as "column",
    service.firm as firm,
    service.served_on as day,
    coalesce(
        (
            select list({{ side('contract', 'ends_on') }} order by contract._block, contract._row)
            from {{ rows('adviser_contract') }} as contract
            where contract.firm = service.firm
        ),
        {{ files('adviser_contract') }}
    ) as also
from {{ rows('adviser_service') }} as service
anti join {{ rows('adviser_contract') }} as contract
    on contract.firm = service.firm
    and service.served_on between contract.starts_on and contract.ends_on
where {{ in_year('service.served_on') }}
  and service.record_no is not null
