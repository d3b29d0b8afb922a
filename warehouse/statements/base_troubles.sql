-- What must not be in any store; no row comes back where all is well.
select 'submission ' || id || ' is there more than once' as trouble
from submission
group by id
having count(*) > 1
union all
select 'more than one submission is in force for ' || concat_ws('/', office, department, ledger, period)
from submission
where in_force
group by office, department, ledger, period
having count(*) > 1
union all
select 'block ' || block || ' of submission ' || submission || ' is there more than once'
from layout
group by submission, block
having count(*) > 1
union all
select 'a layout belongs to submission ' || submission || ', which is not there'
from layout
where submission not in (select id from submission)
