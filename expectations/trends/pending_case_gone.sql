/*---
code: trend.pending_case_gone
ref: Y05
level: question
why: 上年没有办结的案件，本年应当结转登记：办结的写明结案日期，仍在办的继续列出
owner: 数据专员
each: [penalty_case, visit]
last_year: true
examples:
  passes:
    - last_year:
        penalty_case: [{case_no: A1, filed_on: 2023-12-20}, {case_no: A2, filed_on: 2023-12-21, closed_on: 2023-12-30}]
        visit: [{visit_no: L1, visited_on: 2023-12-20}]
      rows:
        penalty_case: [{case_no: A1, filed_on: 2023-12-20, closed_on: 2024-01-30}]
        visit: [{visit_no: L1, visited_on: 2023-12-20, closed_on: 2024-01-30}]
    - last_year:
        penalty_case: [{case_no: A1, filed_on: 2023-12-20, status: 撤销立案}]
      rows:
        penalty_case: []
        visit: []
    - last_year:
        penalty_case: [{case_no: A1, filed_on: 2023-12-20, _department: 甲队}]
      rows:
        penalty_case:
          - {case_no: A1, filed_on: 2023-12-20, _department: 甲队}
          - {case_no: B1, filed_on: 2024-01-20, _department: 乙队}
  fails:
    - last_year:
        penalty_case: [{case_no: A1, filed_on: 2023-12-20, _department: 甲队}]
      rows:
        penalty_case:
          - {case_no: A2, filed_on: 2024-02-20, _department: 甲队}
          - {case_no: A1, filed_on: 2024-01-20, _department: 乙队}
    - last_year:
        penalty_case: [{case_no: A1, filed_on: 2023-12-20}]
        visit: [{visit_no: L1, visited_on: 2023-12-20, outcome: 办理中}]
      rows:
        penalty_case: [{case_no: A9, filed_on: 2024-12-20}]
        visit: [{visit_no: L9, visited_on: 2024-12-20}]
---*/
{% set key = key_of(ledger)[0] %}
{% set settled = {'penalty_case': ('status', ('不予处罚', '撤销立案', '移送', '终止', '结案')),
                  'visit': ('outcome', ('已解决', '已化解', '已答复并息诉', '政策解释', '转办'))}[ledger] %}
with
pending as (
    select *
    from {{ rows(ledger, '$year - 1') }}
    where closed_on is null
      and {{ key }} is not null
      and coalesce({{ settled[0] }}, '') not in {{ settled[1] }}
),
present as (
    select
        speaking.id as submission,
        speaking.department,
        (select min_by(sheet, block) from layout where layout.submission = speaking.id) as sheet,
        (select min_by(letters['{{ key }}'], block) from layout where layout.submission = speaking.id) || '1' as cell
    from submission as speaking
    where speaking.in_force
      and speaking.office = $office
      and speaking.ledger = '{{ ledger }}'
      and speaking.period = $year
)
select
    present.submission,
    present.sheet,
    present.cell,
    pending.{{ key }} as key,
    '{{ key }}' as "column",
    pending.{{ key }} as case_no,
    [{{ side('pending', key) }}] as also
from pending
inner join present
    on present.department = pending._department
anti join {{ rows(ledger) }} as carried_on
    on carried_on._department = pending._department
    and carried_on.{{ key }} = pending.{{ key }}
