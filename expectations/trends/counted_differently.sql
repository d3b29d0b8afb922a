/*---
code: trend.counted_differently
ref: Y06
level: question
why: 指标的口径与上年公布时不同，两年的数不能直接比较
owner: 数据专员
figures: true
examples:
  passes:
    - figures:
        - {figure: a, year: 2024, source: now, value: 10, counts_by: 一行计一件}
        - {figure: a, year: 2023, source: published, value: 12, counts_by: 一行计一件}
    - figures:
        - {figure: a, year: 2024, source: now, value: 10, counts_by: 一行计一件}
        - {figure: a, year: 2023, source: published, value: 12, counts_by: 同一人计一件, reason: 2024年起按件次}
    - figures:
        - {figure: a, year: 2024, source: now, value: 10, counts_by: 一行计一件}
        - {figure: a, year: 2023, source: published, value: 12, counts_by: ""}
  fails:
    - figures:
        - {figure: a, year: 2024, source: now, value: 10, counts_by: 一行计一件}
        - {figure: a, year: 2023, source: published, value: 12, counts_by: 同一人计一件}
---*/
select
    submission,
    sheet,
    cell,
    name as key,
    name,
    counts_by,
    published_counts_by,
    document,
    [] as also
from {{ now_and_published('$year - 1') }}
where published_counts_by <> ''
  and published_counts_by <> counts_by
  and reason is null
