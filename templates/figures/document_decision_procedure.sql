/*---
name: 已健全重大行政决策程序规定
kind: claim
department: dzb
ledgers: [document]
scope: as_of_date
counts_by: 文件登记簿中已印发、仍有效的决策程序规定
about: 没有登记时不作此断言。
---*/
{{ document('决策程序规定', 'claim') }}
