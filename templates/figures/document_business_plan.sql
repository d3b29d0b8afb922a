/*---
name: 已制定全员营商工作方案
kind: claim
department: dzb
ledgers: [document]
scope: as_of_date
counts_by: 文件登记簿中已印发、仍有效的营商工作方案
about: 没有登记时不作此断言。
---*/
{{ document('营商工作方案', 'claim') }}
