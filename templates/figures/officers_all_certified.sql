/*---
name: 执法人员均持证上岗
kind: claim
department: zfd
ledgers: [enforcement_officer, penalty_case, fire_penalty]
counts_by: 处罚案件中出现的每个执法证号均为执法人员台账中的有效证
about: 无证执法违反《中华人民共和国行政处罚法》第七十六条；没有处罚案件时不作此断言。
---*/
with
certified as (
    select cert_no
    from {{ rows('enforcement_officer') }}
    where cert_status = '有效'
),
used as (
    select _department, _submission, _sheet, _block, _row, _at['officer_cert_1'] || _row as address, officer_cert_1 as cert_no
    from {{ rows('penalty_case') }}
    where {{ in_year('decided_on') }}
    union all
    select _department, _submission, _sheet, _block, _row, _at['officer_cert_2'] || _row, officer_cert_2
    from {{ rows('penalty_case') }}
    where {{ in_year('decided_on') }}
    union all
    select _department, _submission, _sheet, _block, _row, _at['officer_cert_1'] || _row, officer_cert_1
    from {{ rows('fire_penalty') }}
    where {{ in_year('penalised_on') }}
    union all
    select _department, _submission, _sheet, _block, _row, _at['officer_cert_2'] || _row, officer_cert_2
    from {{ rows('fire_penalty') }}
    where {{ in_year('penalised_on') }}
)
select
    bool_and(coalesce(cert_no in (select cert_no from certified), false)) as value,
    list(
        {'submission': _submission, 'sheet': _sheet, 'cell': address, 'value': cert_no}
        order by _department, _submission, _block, _row, address
    ) as origins
from used
