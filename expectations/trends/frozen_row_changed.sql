/*---
code: trend.frozen_row_changed
ref: T06
level: error
why: 年度数据冻结以后，已经采纳的记录不能再改动
owner: 数据专员
every_ledger: true
replaces: true
examples:
  passes:
    - before: {visit: [{visit_no: L1, people: 2}]}
      rows: {visit: [{visit_no: L1, people: 2}]}
      frozen: true
    - before: {visit: [{visit_no: L1, people: 2}]}
      rows: {visit: [{visit_no: L1, people: 3}]}
  fails:
    - before: {visit: [{visit_no: L1, people: 2, outcome: 已解决}]}
      rows: {visit: [{visit_no: L1, people: 3, outcome: 已解决}]}
      frozen: true
---*/
with
changed as (
    {% for column in columns_of(ledger) if column not in key_of(ledger) and column != 'serial_no' %}
    select
        present._submission as submission,
        present._sheet as sheet,
        {{ cell('present', column) }} as cell,
        {{ key_text('present', ledger) }} as row_key,
        '{{ column }}' as "column",
        coalesce(cast(earlier.{{ name(column) }} as varchar), '空白') as old,
        coalesce(cast(present.{{ name(column) }} as varchar), '空白') as new,
        [{{ side('earlier', column) }}] as also
    from {{ rows(ledger) }} as present
    inner join before.{{ name(ledger) }} as earlier
        on {{ same_row(ledger) }}
    where present.{{ name(column) }} is distinct from earlier.{{ name(column) }}
      and earlier._in_force
    {{ 'union all' if not loop.last }}
    {% else %}
    -- A ledger of nothing but keys has no value that could change.
    select
        null as submission, null as sheet, null as cell, null as row_key, null as "column", null as old, null as new,
        [] as also
    where false
    {% endfor %}
)
select submission, sheet, cell, row_key as key, "column", row_key, old, new, also
from changed
where $frozen
