/*---
name: 宣传的法律法规
kind: list
style: book_title
department: sfs
ledgers: [publicity_activity]
counts_by: 按次数由多到少、首次日期由早到晚排列，取前若干部
about: 年内普法活动宣传的法律法规。
options: {top: 2}
---*/
{{ most_named('publicity_activity', 'laws', 'held_on', "true", options.top) }}
