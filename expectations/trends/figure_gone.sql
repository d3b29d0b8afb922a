/*---
code: trend.figure_gone
ref: Y04
level: question
why: 上年公布过的指标本年没有数，可能是漏报或者漏填了一列
owner: 数据专员
figures: true
options: {least: 5}
examples:
  passes:
    - figures:
        - {figure: a, year: 2024, source: now, value: 1}
        - {figure: a, year: 2023, source: published, value: 12}
    - figures:
        - {figure: few, year: 2024, source: now, value: 0}
        - {figure: few, year: 2023, source: published, value: 2}
  fails:
    - figures:
        - {figure: a, year: 2024, source: now, value: 0}
        - {figure: a, year: 2023, source: published, value: 12}
---*/
select
    submission,
    sheet,
    cell,
    name as key,
    name,
    published,
    unit,
    document,
    [] as also
from {{ now_and_published('$year - 1') }}
where value = 0
  and published >= $least
