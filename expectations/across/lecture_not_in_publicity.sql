/*---
code: across.lecture_not_in_publicity
ref: X05
level: question
why: 法律顾问的普法讲座也是普法活动，两本台账应当都有；只登记在一处，讲座场数会少计
owner: 司法所
ledgers: [adviser_service, publicity_activity]
examples:
  passes:
    - rows:
        adviser_service: [{record_no: F1, served_on: 2024-05-16, community: 河畔社区, category: 社区普法讲座}]
        publicity_activity: [{activity_no: P1, held_on: 2024-05-16, community: 河畔社区, form: 法治专题讲座}]
    - rows:
        adviser_service: [{record_no: F1, served_on: 2024-05-16, community: 河畔, category: 社区普法讲座}]
        publicity_activity: [{activity_no: P1, held_on: 2024-05-16, community: 河畔社区居委会}]
  fails:
    - rows:
        adviser_service: [{record_no: F1, served_on: 2024-05-16, community: 河畔社区, category: 社区普法讲座}]
        publicity_activity: [{activity_no: P1, held_on: 2024-05-17, community: 河畔社区}]
    - rows:
        adviser_service: [{record_no: F1, served_on: 2024-05-16, community: 河畔社区, category: 社区普法讲座}]
        publicity_activity: [{activity_no: P1, held_on: 2024-05-16, community: 同心里社区}]
---*/
select
    lecture._submission as submission,
    lecture._sheet as sheet,
    {{ cell('lecture', 'served_on') }} as cell,
    lecture.record_no as key,
    'served_on' as "column",
    lecture.served_on as day,
    coalesce(lecture.community, '未写明社区') as community,
    {{ files('publicity_activity') }} as also
from {{ rows('adviser_service') }} as lecture
-- 河畔社区, 河畔社区居委会 and 河畔 are one place.
anti join {{ rows('publicity_activity') }} as activity
    on activity.held_on = lecture.served_on
    and (
        starts_with(activity.community, regexp_replace(lecture.community, '(社区)?(居委会)?$', ''))
        or starts_with(lecture.community, regexp_replace(activity.community, '(社区)?(居委会)?$', ''))
    )
where lecture.category = '社区普法讲座'
  and lecture.record_no is not null
  and {{ in_year('lecture.served_on') }}
