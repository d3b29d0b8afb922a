-- The files that speak for an office in a year or before, each with its first sheet; the newest first.
select
    speaking.ledger,
    speaking.id as submission,
    min_by(layout.sheet, layout.block) as sheet
from submission as speaking
left join layout
    on layout.submission = speaking.id
where speaking.in_force
  and speaking.office = $office
  and speaking.period <= $year
group by speaking.ledger, speaking.id, speaking.period
order by speaking.ledger, speaking.period desc, speaking.id
