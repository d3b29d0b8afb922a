{# The row that stood in force before and the one now have one business key, in one department's file of one year. #}
{% macro same_row(ledger) -%}
earlier._office = present._office
        and earlier._department = present._department
        and earlier._submission <> present._submission
        {% if period_of(ledger) != 'cumulative' %}
        and earlier._period = present._period
        {% endif %}
        {% for column in key_of(ledger) %}
        and earlier.{{ name(column) }} = present.{{ name(column) }}
        {% endfor %}
{%- endmacro %}

{# The rows that stood in force before and are in no new file of their department: ready for a condition. #}
{% macro removed_rows(ledger) -%}
with
replaced as (
    select
        speaking.id as submission,
        speaking.department,
        speaking.period,
        (select min_by(sheet, block) from layout where layout.submission = speaking.id) as sheet,
        (
            select min_by(letters['{{ key_of(ledger)[0] }}'], block) from layout where layout.submission = speaking.id
        ) || '1' as cell
    from submission as speaking
    where speaking.in_force
      and speaking.office = $office
      and speaking.ledger = '{{ name(ledger) }}'
      and speaking.period = $year
      and speaking.id not in (select submission from standing)
)
select
    replaced.submission,
    replaced.sheet,
    replaced.cell,
    {{ key_text('earlier', ledger) }} as key,
    {{ key_text('earlier', ledger) }} as row_key,
    [{{ side('earlier', key_of(ledger)[0]) }}] as also
from before.{{ name(ledger) }} as earlier
inner join replaced
    on replaced.department = earlier._department
    and replaced.period = earlier._period
    and earlier._office = $office
anti join {{ rows(ledger) }} as present
    on {{ same_row(ledger) }}
{%- endmacro %}
