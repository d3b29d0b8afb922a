/*---
code: trend.changed_much
ref: Y01
level: question
why: 与上年相比变动过大，可能是漏报、重复登记或者多写了一位；确实如此的，报告也需要说明原因
owner: 数据专员
figures: true
options: {change_pct: 50, least_change: 10, chance: 3, years_for_median: 4, spread: 5}
examples:
  passes:
    - figures:
        - {figure: a, year: 2024, source: now, value: 140}
        - {figure: a, year: 2023, source: published, value: 100}
    - figures:
        - {figure: small, year: 2024, source: now, value: 9}
        - {figure: small, year: 2023, source: published, value: 2}
    - figures:
        - {figure: wavers, year: 2024, source: now, value: 35}
        - {figure: wavers, year: 2023, source: published, value: 20}
    - figures:
        - {figure: swings, year: 2024, source: now, value: 160}
        - {figure: swings, year: 2023, source: published, value: 60}
        - {figure: swings, year: 2022, source: published, value: 150}
        - {figure: swings, year: 2021, source: published, value: 70}
        - {figure: swings, year: 2020, source: published, value: 140}
  fails:
    - figures:
        - {figure: a, year: 2024, source: now, value: 160}
        - {figure: a, year: 2023, source: published, value: 100}
    - figures:
        - {figure: a, year: 2024, source: now, value: 40}
        - {figure: a, year: 2023, source: published, value: 100}
    - figures:
        - {figure: steady, year: 2024, source: now, value: 180}
        - {figure: steady, year: 2023, source: published, value: 110}
        - {figure: steady, year: 2022, source: published, value: 100}
        - {figure: steady, year: 2021, source: published, value: 95}
        - {figure: steady, year: 2020, source: published, value: 105}
---*/
with
history as (
    select
        office,
        figure,
        count(*) as years,
        median(value) as usual,
        -- 1.4826 makes the median of deviations comparable with a standard deviation.
        1.4826 * mad(value) as spread_of_years
    from figure
    where source <> 'now'
      and year < $year
    group by office, figure
)
select
    submission,
    sheet,
    cell,
    name as key,
    name,
    value,
    published,
    abs(value - published) as gap,
    if(published = 0, '—', cast(cast(round(100 * abs(value - published) / published) as bigint) as varchar) || '%')
        as change,
    if(value > published, '增加', '减少') as direction,
    unit,
    document,
    [] as also
from {{ now_and_published('$year - 1') }} as compared
inner join history
    using (office, figure)
where scope = 'calendar_year'
  -- A figure that is gone has a question of its own.
  and value > 0
  and abs(value - published) >= $least_change
  and abs(value - published) * 100 > published * $change_pct
  -- Counts waver by themselves: two of 20 and 35 are not worth a question, two of 200 and 350 are.
  and pow(value - published, 2) > pow($chance, 2) * (value + published)
  -- A figure that is known for some years is judged by what is usual for it, whatever last year was.
  and (
      years < $years_for_median
      or (
          abs(value - usual) > greatest($least_change, $spread * spread_of_years)
          and abs(value - usual) * 100 > usual * $change_pct
      )
  )
