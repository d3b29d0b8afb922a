/*---
name: 签订共建协议的行业协会数
unit: 家
department: ysb
ledgers: [business_activity]
counts_by: 一个协会计一家，同一协会多次签订计一家
about: 年内签订共建协议的行业协会。
---*/
with
agreements as (
    select *, unnest(agreement_party) as party
    from {{ rows('business_activity') }}
    where {{ in_year('agreement_on') }}
)
select
    count(distinct party) as value,
    {{ origins('agreement_party') }} as origins
from agreements
where party like '%协会%'
