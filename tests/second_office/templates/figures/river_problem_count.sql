/*---
name: 河道发现问题处数
unit: 处
department: nyb
ledgers: [river_patrol]
counts_by: 垃圾倾倒、违规搭建、污水直排三类之和
---*/
with
patrols as (
    select *
    from {{ rows('river_patrol') }}
    where {{ in_year('patrolled_on') }}
),
parts as (
    {% for part in ['rubbish', 'sheds', 'sewage'] %}
    select {{ column(part) }} as found, _department, _submission, _sheet, _block, _row, _at['{{ part }}'] || _row as address
    from patrols
    where {{ column(part) }} is not null
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
)
select
    coalesce(sum(found), 0) as value,
    list(
        {'submission': _submission, 'sheet': _sheet, 'cell': address, 'value': found}
        order by _department, _submission, _block, _row, address
    ) as origins
from parts
