/*---
name: 理论学习中心组学习的法律法规
kind: list
style: book_title
department: djb
ledgers: [law_study]
counts_by: 按次数由多到少、首次日期由早到晚排列，取前若干部
about: 年内理论学习中心组集中学习的法律法规。
options: {top: 3}
---*/
{{ most_named('law_study', 'laws', 'studied_on', "form = '理论学习中心组'", options.top) }}
