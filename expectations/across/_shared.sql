{# Clauses that the rules share. Values are bound ($office, $year, $cut, $since, $frozen and the options); only names are composed. #}

{# The rows of a ledger that speak for the year (or another year): a cumulative file replaces those before it. #}
{% macro rows(ledger, year='$year') -%}
(
    select *
    from record.{{ name(ledger) }}
    where _office = $office
    {% if period_of(ledger) == 'cumulative' %}
      and _period <= {{ year }}
    qualify _period = max(_period) over (partition by _department)
    {% else %}
      and _period = {{ year }}
    {% endif %}
)
{%- endmacro %}

{# The cell of one column in a row; where the file has no such column, the row. #}
{% macro cell(alias, column) -%}
coalesce({{ alias }}._at['{{ name(column) }}'], '') || {{ alias }}._row
{%- endmacro %}

{# A side of a violation: submission, sheet and cell of one column in a row. #}
{% macro side(alias, column) -%}
{'submission': {{ alias }}._submission, 'sheet': {{ alias }}._sheet, 'cell': {{ cell(alias, column) }}}
{%- endmacro %}

{# The files of a ledger where something should stand and does not: sides without a cell. #}
{% macro files(ledger) -%}
(
    select list({'submission': speaking.id, 'sheet': sheets.sheet, 'cell': cast(null as varchar)} order by speaking.id)
    from submission as speaking
    left join (select submission, min_by(sheet, block) as sheet from layout group by submission) as sheets
        on sheets.submission = speaking.id
    where speaking.in_force
      and speaking.office = $office
      and speaking.ledger = '{{ name(ledger) }}'
      {% if period_of(ledger) == 'cumulative' %}
      and speaking.period <= $year
      {% else %}
      and speaking.period = $year
      {% endif %}
)
{%- endmacro %}

{# The day lies in the year, not after the cut-off, and not before the rule applies. #}
{% macro in_year(day) -%}
({{ day }} between greatest(make_date($year, 1, 1), $since) and least(make_date($year, 12, 31), $cut))
{%- endmacro %}

{# One text of a business key. #}
{% macro key_text(alias, ledger) -%}
concat_ws(' ', {% for column in key_of(ledger) %}{{ alias }}.{{ name(column) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{# Each figure as the candidate's rows give it, beside what was published for a year, or what that year's rows gave. #}
{% macro now_and_published(year) -%}
(
    select
        present.* exclude (document, part, reason),
        earlier.value as published,
        earlier.source as published_as,
        earlier.counts_by as published_counts_by,
        earlier.document as document,
        earlier.reason as reason
    from figure as present
    inner join figure as earlier
        using (office, figure)
    where present.office = $office
      and present.year = $year
      and present.source = 'now'
      and present.submission is not null
      and earlier.year = {{ year }}
      and earlier.source <> 'now'
)
{%- endmacro %}

{# The certificates that stand in these columns of the year's rows, each with its cell and the day of the penalty. #}
{% macro certificates_used(ledger, columns) -%}
(
    {% for column in columns %}
    select
        row._submission as submission,
        row._sheet as sheet,
        {{ cell('row', column) }} as cell,
        {{ key_text('row', ledger) }} as key,
        '{{ column }}' as "column",
        {{ column }} as cert_no,
        {{ day_of(ledger) }} as day
    from {{ rows(ledger) }} as row
    where {{ column }} is not null
      and {{ in_year(day_of(ledger)) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)
{%- endmacro %}
