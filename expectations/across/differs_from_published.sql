/*---
code: across.differs_from_published
ref: X02
level: error
why: 行政执法统计年报于每年1月31日前公开上年度数据；报告中的数须与已公开的一致，不一致的须写明原因
owner: 数据专员
figures: true
examples:
  passes:
    - figures:
        - {figure: fine, year: 2024, source: now, value: 21000}
        - {figure: fine, year: 2024, source: published, value: 21000}
    - figures:
        - {figure: fine, year: 2024, source: now, value: 21000}
        - {figure: fine, year: 2024, source: published, value: 20000, reason: 年报不含一起已撤销的决定}
  fails:
    - figures:
        - {figure: fine, year: 2024, source: now, value: 21000}
        - {figure: fine, year: 2024, source: published, value: 20000}
---*/
select
    submission,
    sheet,
    cell,
    name || document as key,
    name,
    value,
    published,
    abs(value - published) as gap,
    unit,
    document,
    [] as also
from {{ now_and_published('$year') }}
where value <> published
  and reason is null
