/*---
code: trend.december_rush
ref: Y07
level: question
why: 十二月一个月的记录占全年四成以上，可能是年底集中补录，日期不是事情发生的日期
owner: 数据专员
every_ledger: true
options: {share_pct: 40, least_rows: 20, spread: 5}
examples:
  passes:
    - rows:
        visit: [{visit_no: L1, visited_on: 2024-12-05}, {visit_no: L2, visited_on: 2024-12-06}]
  fails:
    - rows:
        visit:
          - {visit_no: L01, visited_on: 2024-01-05}
          - {visit_no: L02, visited_on: 2024-02-05}
          - {visit_no: L03, visited_on: 2024-03-05}
          - {visit_no: L04, visited_on: 2024-04-05}
          - {visit_no: L05, visited_on: 2024-05-06}
          - {visit_no: L06, visited_on: 2024-06-05}
          - {visit_no: L07, visited_on: 2024-07-05}
          - {visit_no: L08, visited_on: 2024-08-05}
          - {visit_no: L09, visited_on: 2024-09-05}
          - {visit_no: L10, visited_on: 2024-10-08}
          - {visit_no: L11, visited_on: 2024-11-05}
          - {visit_no: L12, visited_on: 2024-12-02}
          - {visit_no: L13, visited_on: 2024-12-03}
          - {visit_no: L14, visited_on: 2024-12-04}
          - {visit_no: L15, visited_on: 2024-12-05}
          - {visit_no: L16, visited_on: 2024-12-06}
          - {visit_no: L17, visited_on: 2024-12-09}
          - {visit_no: L18, visited_on: 2024-12-10}
          - {visit_no: L19, visited_on: 2024-12-11}
          - {visit_no: L20, visited_on: 2024-12-12}
---*/
{% set day = day_of(ledger) %}
{% if day is none %}
select null as submission, null as sheet, null as cell, null as key, [] as also
where false
{% else %}
with
months as (
    select month, count({{ day }}) as cases
    from range(1, 13) as months(month)
    left join {{ rows(ledger) }} as row
        on month({{ day }}) = month
        and {{ in_year(day) }}
    group by month
),
year as (
    select
        sum(cases) as total,
        sum(cases) filter (where month = 12) as december,
        median(cases) filter (where month < 12) as usual,
        1.4826 * mad(cases) filter (where month < 12) as spread_of_months
    from months
),
first_of_december as (
    select
        arg_min({{ side('row', day) }}, (row._submission, row._block, row._row)) as first
    from {{ rows(ledger) }} as row
    where month({{ day }}) = 12
      and {{ in_year(day) }}
)
select
    first.submission as submission,
    first.sheet as sheet,
    first.cell as cell,
    '十二月' as key,
    '{{ day }}' as "column",
    december,
    total,
    cast(round(100 * december / total) as bigint) as share,
    [] as also
from year, first_of_december
where total >= $least_rows
  and december * 100 > total * $share_pct
  and december > usual + $spread * spread_of_months
{% endif %}
