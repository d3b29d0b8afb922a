/*---
name: 任务分工方案
kind: text
style: book_title
department: dzb
ledgers: [document]
scope: as_of_date
counts_by: 文件登记簿中已印发、仍有效的任务分工方案
about: 落实上级法治政府建设任务分工的方案名称。
---*/
{{ document('任务分工方案', 'text') }}
