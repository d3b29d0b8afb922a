/*---
code: across.differs_with_reason
ref: X02
level: note
why: 与已公开的行政执法统计年报不一致，但已写明原因
owner: 数据专员
figures: true
examples:
  passes:
    - figures:
        - {figure: fine, year: 2024, source: now, value: 21000}
        - {figure: fine, year: 2024, source: published, value: 21000, reason: 无}
  fails:
    - figures:
        - {figure: fine, year: 2024, source: now, value: 21000}
        - {figure: fine, year: 2024, source: published, value: 20000, reason: 年报不含一起已撤销的决定}
---*/
select
    submission,
    sheet,
    cell,
    name || document as key,
    name,
    value,
    published,
    unit,
    document,
    reason,
    [] as also
from {{ now_and_published('$year') }}
where value <> published
  and reason is not null
