/*---
name: 领导班子研讨的法律法规
kind: list
style: book_title
department: djb
ledgers: [law_study]
counts_by: 按次数由多到少、首次日期由早到晚排列，取前若干部
about: 年内领导班子专题研讨所学的法律法规。
options: {top: 4}
---*/
{{ most_named('law_study', 'laws', 'studied_on', "form = '专题研讨' and subject = '班子'", options.top) }}
