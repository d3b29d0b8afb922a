/*---
code: across.more_contracts_advised_than_reviewed
ref: X06
level: question
why: 法律顾问审核的合同协议都应送合法性审查，审查件数不应少于顾问审核次数
owner: 司法所
ledgers: [adviser_service, legality_review]
examples:
  passes:
    - rows:
        adviser_service: [{record_no: F1, served_on: 2024-03-01, category: 合同协议审核}]
        legality_review: [{review_no: S1, received_on: 2024-03-01, kind: 合同协议}]
  fails:
    - rows:
        adviser_service:
          - {record_no: F1, served_on: 2024-03-01, category: 合同协议审核}
          - {record_no: F2, served_on: 2024-04-01, category: 合同协议审核}
        legality_review:
          - {review_no: S1, received_on: 2024-03-01, kind: 合同协议}
          - {review_no: S2, received_on: 2024-03-01, kind: 其他}
---*/
with
advised as (
    select
        count(*) as advised,
        arg_max({{ side('service', 'category') }}, (service._submission, service._block, service._row)) as last
    from {{ rows('adviser_service') }} as service
    where category = '合同协议审核'
      and {{ in_year('served_on') }}
),
reviewed as (
    select
        count(distinct review_no) as reviewed,
        list({{ side('review', 'kind') }} order by review._submission, review._block, review._row desc) as cells
    from {{ rows('legality_review') }} as review
    where kind = '合同协议'
      and {{ in_year('received_on') }}
)
select
    last.submission as submission,
    last.sheet as sheet,
    last.cell as cell,
    '全年' as key,
    'category' as "column",
    advised,
    reviewed,
    advised - reviewed as gap,
    coalesce(cells[1:1], {{ files('legality_review') }}) as also
from advised, reviewed
where advised > reviewed
