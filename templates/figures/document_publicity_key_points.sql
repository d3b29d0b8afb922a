/*---
name: 普法工作要点
kind: text
style: book_title
department: dzb
ledgers: [document]
scope: as_of_date
counts_by: 文件登记簿中已印发、仍有效的普法工作要点
about: 普法工作要点的名称。
---*/
{{ document('普法工作要点', 'text') }}
