/*---
code: trend.same_as_last_year
ref: Y03
level: question
why: 本年的数与上年完全相同，可能是沿用了上年的台账
owner: 数据专员
figures: true
options: {least: 5, figures_alike: 3, two_from: 60, alone_from: 500}
examples:
  passes:
    - figures:
        - {figure: a, year: 2024, source: now, value: 12}
        - {figure: a, year: 2023, source: published, value: 12}
        - {figure: b, year: 2024, source: now, value: 31}
        - {figure: b, year: 2023, source: published, value: 29}
    - figures:
        - {figure: a, scope: as_of_date, year: 2024, source: now, value: 600}
        - {figure: a, scope: as_of_date, year: 2023, source: published, value: 600}
  fails:
    - figures:
        - {figure: a, year: 2024, source: now, value: 12}
        - {figure: a, year: 2023, source: published, value: 12}
        - {figure: b, year: 2024, source: now, value: 61}
        - {figure: b, year: 2023, source: published, value: 61}
    - figures:
        - {figure: a, year: 2024, source: now, value: 3046}
        - {figure: a, year: 2023, source: published, value: 3046}
---*/
-- One or two small numbers come again by chance; several of one ledger, or large ones, do not.
with
compared as (
    select *, value = published and value > $least as alike
    from {{ now_and_published('$year - 1') }}
    where scope = 'calendar_year'
)
select
    submission,
    sheet,
    cell,
    name as key,
    name,
    value,
    unit,
    document,
    [] as also
from compared
where alike
qualify value >= $alone_from
    or count(*) over (partition by ledger) >= $figures_alike
    or (count(*) over (partition by ledger) = 2 and sum(value) over (partition by ledger) >= $two_from)
