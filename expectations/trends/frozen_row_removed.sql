/*---
code: trend.frozen_row_removed
ref: T06
level: error
why: 年度数据冻结以后，已经采纳的记录不能再删除
owner: 数据专员
every_ledger: true
replaces: true
examples:
  passes:
    - before: {visit: [{visit_no: L1}]}
      rows: {visit: [{visit_no: L1}, {visit_no: L2}]}
      frozen: true
    - before: {visit: [{visit_no: L1}]}
      rows: {visit: [{visit_no: L2}]}
  fails:
    - before: {visit: [{visit_no: L1}]}
      rows: {visit: [{visit_no: L2}]}
      frozen: true
---*/
{{ removed_rows(ledger) }}
where $frozen
  and earlier._in_force
