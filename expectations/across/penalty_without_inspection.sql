/*---
code: across.penalty_without_inspection
ref: X09
level: question
why: 消防简易处罚在检查中作出，每一起都应有一条检查记录
owner: 综合行政执法大队
ledgers: [fire_penalty, fire_inspection]
examples:
  passes:
    - rows:
        fire_inspection: [{inspection_no: J1}]
        fire_penalty: [{decision_no: B1, inspection_no: J1, penalised_on: 2024-05-01}]
  fails:
    - rows:
        fire_inspection: [{inspection_no: J1}]
        fire_penalty: [{decision_no: B1, inspection_no: J2, penalised_on: 2024-05-01}]
    - rows:
        fire_inspection: [{inspection_no: J1}]
        fire_penalty: [{decision_no: B1, penalised_on: 2024-05-01}]
---*/
select
    penalty._submission as submission,
    penalty._sheet as sheet,
    {{ cell('penalty', 'inspection_no') }} as cell,
    penalty.decision_no as key,
    'inspection_no' as "column",
    coalesce(penalty.inspection_no, '空白') as inspection_no,
    {{ files('fire_inspection') }} as also
from {{ rows('fire_penalty') }} as penalty
anti join {{ rows('fire_inspection') }} as inspection
    on inspection.inspection_no = penalty.inspection_no
where {{ in_year('penalty.penalised_on') }}
  and penalty.decision_no is not null
