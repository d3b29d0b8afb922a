/*---
code: across.more_penalties_than_inspections
ref: X09
level: question
why: 消防简易处罚在检查中作出，处罚起数不应多于检查次数
owner: 综合行政执法大队
ledgers: [fire_penalty, fire_inspection]
examples:
  passes:
    - rows:
        fire_inspection: [{inspection_no: J1, inspected_on: 2024-05-01}]
        fire_penalty: [{decision_no: B1, penalised_on: 2024-05-01}]
  fails:
    - rows:
        fire_inspection: [{inspection_no: J1, inspected_on: 2024-05-01}]
        fire_penalty: [{decision_no: B1, penalised_on: 2024-05-01}, {decision_no: B2, penalised_on: 2024-05-02}]
---*/
with
penalties as (
    select
        count(distinct decision_no) as penalties,
        arg_max(
            {'submission': _submission, 'sheet': _sheet, 'cell': {{ cell('penalty', 'decision_no') }}},
            (_submission, _block, _row)
        ) as last
    from {{ rows('fire_penalty') }} as penalty
    where {{ in_year('penalised_on') }}
),
inspections as (
    select count(distinct inspection_no) as inspections
    from {{ rows('fire_inspection') }}
    where {{ in_year('inspected_on') }}
)
select
    last.submission as submission,
    last.sheet as sheet,
    last.cell as cell,
    '全年' as key,
    penalties,
    inspections,
    penalties - inspections as gap,
    {{ files('fire_inspection') }} as also
from penalties, inspections
where penalties > inspections
