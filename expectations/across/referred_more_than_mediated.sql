/*---
code: across.referred_more_than_mediated
ref: X08
level: question
why: 来访事项转人民调解的，调解台账中应有来源为信访部门移送的案件
owner: 平安建设办公室
ledgers: [visit, mediation_case]
examples:
  passes:
    - rows:
        visit: [{visit_no: L1, visited_on: 2024-03-01, outcome: 转办, assigned_to: 街道调委会}]
        mediation_case: [{case_no: T1, accepted_on: 2024-03-04, case_source: 信访部门移送}]
    - rows:
        visit: [{visit_no: L1, visited_on: 2024-03-01, outcome: 转办, assigned_to: 公共管理办公室}]
        mediation_case: []
  fails:
    - rows:
        visit:
          - {visit_no: L1, visited_on: 2024-03-01, outcome: 转办, assigned_to: 街道调委会}
          - {visit_no: L2, visited_on: 2024-03-02, outcome: 转办, assigned_to: 人民调解室}
        mediation_case:
          - {case_no: T1, accepted_on: 2024-03-04, case_source: 信访部门移送}
          - {case_no: T2, accepted_on: 2024-03-04, case_source: 依申请}
---*/
with
referred as (
    select
        count(*) as referred,
        arg_max({{ side('visit', 'assigned_to') }}, (visit._submission, visit._block, visit._row)) as last
    from {{ rows('visit') }} as visit
    where {{ in_year('visited_on') }}
      and outcome = '转办'
      and regexp_matches(assigned_to, '调委会|调解')
),
mediated as (
    select
        count(distinct case_no) as mediated,
        list({{ side('mediation', 'case_source') }} order by mediation._row) as cells
    from {{ rows('mediation_case') }} as mediation
    where {{ in_year('accepted_on') }}
      and case_source = '信访部门移送'
)
select
    last.submission as submission,
    last.sheet as sheet,
    last.cell as cell,
    '全年' as key,
    'assigned_to' as "column",
    referred,
    mediated,
    referred - mediated as gap,
    coalesce(cells[1:1], {{ files('mediation_case') }}) as also
from referred, mediated
where referred > mediated
