/*---
name: 执法人员均持证上岗
kind: claim
department: zfd
ledgers: [enforcement_officer, penalty_case, fire_penalty]
counts_by: 处罚案件中出现的每个执法证号均为执法人员台账中的有效证，处罚当日证件在有效期内
about: 无证执法违反《中华人民共和国行政处罚法》第七十六条；没有处罚案件时不作此断言。
---*/
with
certified as (
    select cert_no
    from {{ rows('enforcement_officer') }}
    where cert_status = '有效'
),
used as (
    select _department, _submission, _sheet, _block, _row, _at['officer_cert_1'] || _row as address, officer_cert_1 as cert_no, decided_on as day
    from {{ rows('penalty_case') }}
    where {{ in_year('decided_on') }}
    union all
    select _department, _submission, _sheet, _block, _row, _at['officer_cert_2'] || _row, officer_cert_2, decided_on
    from {{ rows('penalty_case') }}
    where {{ in_year('decided_on') }}
    union all
    select _department, _submission, _sheet, _block, _row, _at['officer_cert_1'] || _row, officer_cert_1, penalised_on
    from {{ rows('fire_penalty') }}
    where {{ in_year('penalised_on') }}
    union all
    select _department, _submission, _sheet, _block, _row, _at['officer_cert_2'] || _row, officer_cert_2, penalised_on
    from {{ rows('fire_penalty') }}
    where {{ in_year('penalised_on') }}
),
-- A penalty under a certificate that had run out may be released in writing; the sentence stays true all the same.
valid as (
    select distinct used._submission, used._block, used._row, used.address
    from used
    inner join {{ rows('enforcement_officer') }} as officer
        using (cert_no)
    where coalesce(officer.issued_on <= used.day, true)
      and coalesce(officer.valid_until >= used.day, true)
)
select
    bool_and(
        coalesce(cert_no in (select cert_no from certified), false)
        and (_submission, _block, _row, address) in (select (_submission, _block, _row, address) from valid)
    ) as value,
    list(
        {'submission': _submission, 'sheet': _sheet, 'cell': address, 'value': cert_no}
        order by _department, _submission, _block, _row, address
    ) as origins
from used
