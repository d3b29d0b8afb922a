/*---
code: trend.fine_above_history
ref: T14
level: question
why: 单案罚款高于历年绝大多数案件，可能多写了一位或者把万元当作元
owner: 综合行政执法大队
ledgers: [penalty_case]
options: {quantile: 0.99, least_cases: 10}
examples:
  passes:
    - last_year: &history
        penalty_case:
          - {case_no: H01, fine_yuan: 500}
          - {case_no: H02, fine_yuan: 500}
          - {case_no: H03, fine_yuan: 800}
          - {case_no: H04, fine_yuan: 1000}
          - {case_no: H05, fine_yuan: 1000}
          - {case_no: H06, fine_yuan: 1200}
          - {case_no: H07, fine_yuan: 1500}
          - {case_no: H08, fine_yuan: 2000}
          - {case_no: H09, fine_yuan: 2000}
          - {case_no: H10, fine_yuan: 3000}
      rows:
        penalty_case: [{case_no: A1, decided_on: 2024-05-01, fine_yuan: 2900}]
    - last_year:
        penalty_case: [{case_no: H01, fine_yuan: 500}]
      rows:
        penalty_case: [{case_no: A1, decided_on: 2024-05-01, fine_yuan: 20000}]
  fails:
    - last_year: *history
      rows:
        penalty_case: [{case_no: A1, decided_on: 2024-05-01, fine_yuan: 20000}]
---*/
with
history as (
    select
        count(*) as cases,
        quantile_cont(fine_yuan, cast($quantile as double)) as bound
    from record.penalty_case
    where _office = $office
      and _period < $year
      and fine_yuan > 0
)
select
    penalty._submission as submission,
    penalty._sheet as sheet,
    {{ cell('penalty', 'fine_yuan') }} as cell,
    penalty.case_no as key,
    'fine_yuan' as "column",
    penalty.fine_yuan as value,
    cast(round(bound) as bigint) as bound,
    cases,
    [] as also
from {{ rows('penalty_case') }} as penalty, history
where cases >= $least_cases
  and penalty.fine_yuan > bound
  and penalty.case_no is not null
  and {{ in_year('penalty.decided_on') }}
