/*---
name: 同多家行业协会签订共建协议
kind: claim
department: ysb
ledgers: [business_activity]
counts_by: 年内签订共建协议的行业协会不少于三家
about: 一家、两家时写明家数；没有时不作此断言。
options: {several: 3}
---*/
with
agreements as (
    select *, unnest(agreement_party) as party
    from {{ rows('business_activity') }}
    where {{ in_year('agreement_on') }}
)
select
    case when count(*) > 0 then count(distinct party) >= {{ bind(options.several) }} end as value,
    {{ origins('agreement_party') }} as origins
from agreements
where party like '%协会%'
