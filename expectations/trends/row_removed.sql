/*---
code: trend.row_removed
ref: T06
level: question
why: 已经采纳过的记录在新报送的台账里不见了，可能是误删或者换了旧版本
owner: 数据专员
every_ledger: true
replaces: true
examples:
  passes:
    - before: {visit: [{visit_no: L1}]}
      rows: {visit: [{visit_no: L1}, {visit_no: L2}]}
    - before: {visit: [{visit_no: L1}]}
      rows: {visit: [{visit_no: L2}]}
      frozen: true
  fails:
    - before: {visit: [{visit_no: L1}]}
      rows: {visit: [{visit_no: L2}]}
---*/
{{ removed_rows(ledger) }}
-- What was removed and accepted before the year was closed is asked about until it is explained.
where not ($frozen and earlier._in_force)
