/*---
code: across.officer_certificate_invalid
ref: [R31, X03]
level: error
why: 《中华人民共和国行政处罚法》第四十二条：执法人员应当具有行政执法资格；证件须在处罚当日有效
owner: 综合行政执法大队
ledgers: [enforcement_officer]
each: [penalty_case, fire_penalty]
examples:
  passes:
    - rows:
        enforcement_officer: [{cert_no: "0201", issued_on: 2020-01-01, valid_until: 2024-05-01}]
        penalty_case: [{case_no: A1, decided_on: 2024-05-01, officer_cert_1: "0201"}]
        fire_penalty: [{decision_no: B1, penalised_on: 2024-05-01, officer_cert_1: "0201"}]
    - rows:
        enforcement_officer:
          - {cert_no: "0201", issued_on: 2018-01-01, valid_until: 2023-12-31}
          - {cert_no: "0201", issued_on: 2024-01-01}
        penalty_case: [{case_no: A1, decided_on: 2024-05-01, officer_cert_1: "0201"}]
        fire_penalty: []
  fails:
    - rows:
        enforcement_officer: [{cert_no: "0201", issued_on: 2020-01-01, valid_until: 2024-04-30}]
        penalty_case: [{case_no: A1, decided_on: 2024-05-01, officer_cert_1: "0201"}]
        fire_penalty: [{decision_no: B1, penalised_on: 2024-05-01, officer_cert_2: "0201"}]
---*/
select
    used.submission,
    used.sheet,
    used.cell,
    used.key,
    used."column",
    used.cert_no,
    used.day,
    max(officer.issued_on) as issued_on,
    max(officer.valid_until) as valid_until,
    list({{ side('officer', 'valid_until') }} order by officer._submission, officer._block, officer._row) as also
from {{ certificates_used(ledger, ('officer_cert_1', 'officer_cert_2')) }} as used
inner join {{ rows('enforcement_officer') }} as officer
    using (cert_no)
group by all
-- A person whose certificate was renewed has two rows; one that was valid on the day is enough.
having not bool_or(
    coalesce(officer.issued_on <= used.day, true) and coalesce(officer.valid_until >= used.day, true)
)
