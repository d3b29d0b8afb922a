/*---
name: 招商指南
kind: text
department: dzb
ledgers: [document]
scope: as_of_date
counts_by: 文件登记簿中已印发、仍有效的招商指南
about: 招商指南的名称。
---*/
{{ document('招商指南', 'text') }}
