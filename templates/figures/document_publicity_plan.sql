/*---
name: 已制定普法计划
kind: claim
department: dzb
ledgers: [document]
scope: as_of_date
counts_by: 文件登记簿中已印发、仍有效的普法计划
about: 没有登记时不作此断言。
---*/
{{ document('普法计划', 'claim') }}
