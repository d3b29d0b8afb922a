/*---
code: across.officer_unknown
ref: X03
level: error
why: 《中华人民共和国行政处罚法》第四十二条：行政处罚应当由具有行政执法资格的执法人员实施
owner: 综合行政执法大队
ledgers: [enforcement_officer]
each: [penalty_case, fire_penalty]
examples:
  passes:
    - rows:
        enforcement_officer: [{cert_no: "0201"}, {cert_no: "0202"}]
        penalty_case: [{case_no: A1, decided_on: 2024-05-01, officer_cert_1: "0201", officer_cert_2: "0202"}]
        fire_penalty: [{decision_no: B1, penalised_on: 2024-05-01, officer_cert_1: "0201"}]
  fails:
    - rows:
        enforcement_officer: [{cert_no: "0201"}]
        penalty_case: [{case_no: A1, decided_on: 2024-05-01, officer_cert_1: "0201", officer_cert_2: "0209"}]
        fire_penalty: [{decision_no: B1, penalised_on: 2024-05-01, officer_cert_1: "0208"}]
---*/
select used.* exclude (day), {{ files('enforcement_officer') }} as also
from {{ certificates_used(ledger, ('officer_cert_1', 'officer_cert_2')) }} as used
where cert_no not in (select cert_no from {{ rows('enforcement_officer') }} where cert_no is not null)
