/*---
name: 三所联动机制调解案件数（累计）
unit: 件
department: pab
ledgers: [mediation_case]
scope: since_inception
counts_by: 一个案件编码计一件，一案只归一个机制
about: 自三所联动机制建立之日起至数据截止日受理的案件，累计数。
---*/
select
    count(distinct case_no) as value,
    {{ origins('case_no') }} as origins
from {{ rows('mediation_case') }}
where mechanism = '三所联动'
  and {{ since('三所联动', 'accepted_on') }}
