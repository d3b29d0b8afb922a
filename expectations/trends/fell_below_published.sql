/*---
code: trend.fell_below_published
ref: Y02
level: error
why: 自机制建立以来的累计数只增不减；低于已公布的数，说明有案件遗漏或被删除
owner: 数据专员
figures: true
examples:
  passes:
    - figures:
        - {figure: cum, scope: since_inception, year: 2024, source: now, value: 87}
        - {figure: cum, scope: since_inception, year: 2023, source: published, value: 87}
    - figures:
        - {figure: a, scope: calendar_year, year: 2024, source: now, value: 5}
        - {figure: a, scope: calendar_year, year: 2023, source: published, value: 9}
  fails:
    - figures:
        - {figure: cum, scope: since_inception, year: 2024, source: now, value: 86}
        - {figure: cum, scope: since_inception, year: 2023, source: published, value: 87}
---*/
select
    submission,
    sheet,
    cell,
    name as key,
    name,
    value,
    published,
    published - value as gap,
    unit,
    document,
    [] as also
from {{ now_and_published('$year - 1') }}
where scope = 'since_inception'
  and value < published
