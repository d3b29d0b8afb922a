/*---
name: 指标任务逐一分解、落实到人
kind: claim
department: dzb
ledgers: [key_task]
counts_by: 每条任务的责任部门、责任人、时间节点均已填写
about: 没有任务时不作此断言。
---*/
select
    bool_and(responsible_department is not null and responsible_person is not null and due_on is not null) as value,
    {{ origins('task_no') }} as origins
from {{ rows('key_task') }}
where {{ in_year('updated_on') }}
