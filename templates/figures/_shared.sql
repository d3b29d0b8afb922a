{# Clauses that figures share. Values are bound ($office, $year, $cut and whatever bind() takes); only names are composed. #}

{# The rows in force of a ledger for the report's office. A file for a year speaks for its year; a cumulative file
   replaces those before it, so each department's latest one up to the report's year speaks. #}
{% macro rows(ledger) -%}
(
    select *
    from record.{{ column(ledger) }}
    where _office = $office
    {% if period_of(ledger) == 'cumulative' %}
      and _period <= $year
    qualify _period = max(_period) over (partition by _department)
    {% else %}
      and _period = $year
    {% endif %}
)
{%- endmacro %}

{# The day lies in the report's year and not after the cut-off. #}
{% macro in_year(day) -%}
({{ column(day) }} between make_date($year, 1, 1) and least(make_date($year, 12, 31), $cut))
{%- endmacro %}

{# The day lies between the start of a mechanism (office card) and the cut-off. #}
{% macro since(mechanism, day) -%}
({{ column(day) }} between {{ mechanism_start(mechanism) }} and $cut)
{%- endmacro %}

{# The day has come by the cut-off; a blank has not. #}
{% macro by_cut(day) -%}
coalesce({{ column(day) }} <= $cut, false)
{%- endmacro %}

{# The cells of one column over the rows of the query, in the order of the files; `kept` narrows the rows. #}
{% macro origins(name, kept=none) -%}
list(
    {
        'submission': _submission,
        'sheet': _sheet,
        'cell': _at['{{ column(name) }}'] || _row,
        'value': {{ column(name) }}
    }
    order by _department, _submission, _block, _row
) {% if kept %}filter (where {{ kept }}) {% endif %}
{%- endmacro %}

{# The officer holds a valid certificate and is on duty on the cut-off date. #}
{% macro certified() -%}
(
    cert_status = '有效'
    and on_duty = '在岗'
    and issued_on <= $cut
    and (valid_until is null or valid_until >= $cut)
)
{%- endmacro %}

{# An ordinary-procedure case of the year, by the date that the office counts by (option count_basis). #}
{% macro ordinary_case() -%}
(
    procedure = '普通程序'
    and status is distinct from '撤销立案'
    and {{ in_year(options.count_basis) }}
)
{%- endmacro %}

{# An adviser's service of the year in one of the categories. #}
{% macro adviser_service(categories) -%}
(
    category in (select unnest({{ bind(categories) }}))
    and {{ in_year('served_on') }}
)
{%- endmacro %}

{# A visit in person, received in the year. #}
{% macro reception() -%}
(
    mode = '来访'
    and {{ in_year('visited_on') }}
)
{%- endmacro %}

{# The matter of a visit was settled by the cut-off. #}
{% macro settled() -%}
(
    coalesce(outcome in ('已解决', '已化解', '已答复并息诉'), false)
    and {{ by_cut('closed_on') }}
)
{%- endmacro %}

{# Training and examination were done by the cut-off; `before` compares with the due date. #}
{% macro trained(before) -%}
coalesce(
    training_done_on {{ before }} training_due_on
    and training_done_on <= $cut
    and exam_result = '通过'
    and exam_on <= training_due_on
    and exam_on <= $cut,
    false
)
{%- endmacro %}

{# The titles that a list column names most often, then earliest; at most `top`. The whole query of such a figure. #}
{% macro most_named(ledger, titles, day, condition, top) -%}
with
mentions as (
    select
        unnest({{ column(titles) }}) as title,
        {{ column(day) }} as day,
        _department, _submission, _sheet, _block, _row,
        _at['{{ column(titles) }}'] || _row as address
    from {{ rows(ledger) }}
    where {{ condition }}
      and {{ in_year(day) }}
),
ranked as (
    select title, count(*) as times, min(day) as first_day
    from mentions
    group by title
    order by times desc, first_day, title
    limit {{ bind(top) }}
)
select
    (select list(title order by times desc, first_day, title) from ranked) as value,
    list(
        {'submission': _submission, 'sheet': _sheet, 'cell': address, 'value': title}
        order by _department, _submission, _block, _row, title
    ) as origins
from mentions
where title in (select title from ranked)
{%- endmacro %}

{# The document of a kind that was issued by the cut-off and is still in force; the newest one. As a text its title is
   the value; as a claim, whether there is one (none: nothing is claimed). The whole query of such a figure. #}
{% macro document(kind, answer) -%}
with
issued as (
    select *
    from {{ rows('document') }}
    where kind = {{ bind(kind) }}
      and issued_on <= $cut
      and (expires_on is null or expires_on >= make_date($year, 1, 1))
    qualify row_number() over (order by issued_on desc, title) = 1
)
select
    {% if answer == 'text' %}max(title){% else %}case when count(*) > 0 then true end{% endif %} as value,
    {{ origins('title') }} as origins
from issued
{%- endmacro %}

{# One number over another as an exact decimal; null over nothing. #}
{% macro ratio(part, whole) -%}
cast(cast({{ part }} as double) / nullif({{ whole }}, 0) as decimal(18, 12))
{%- endmacro %}
