-- What every store has: where its rows come from, where they stand on their sheets, and what the store says of itself.
create schema ledger;

create schema record;

create table meta (
    key varchar not null,
    value varchar not null
);

-- Every accepted submission, also those that are no longer in force. `frame` names the reading whose rows are kept.
create table submission (
    id varchar not null,
    office varchar not null,
    department varchar not null,
    ledger varchar not null,
    period integer not null,
    sha256 varchar not null,
    file_name varchar not null,
    size bigint not null,
    received_at timestamptz not null,
    accepted_at timestamptz not null,
    in_force boolean not null,
    frame varchar not null
);

-- The column letter of each ledger column, for every table found on a sheet.
create table layout (
    submission varchar not null,
    block bigint not null,
    sheet varchar not null,
    letters map(varchar, varchar) not null
);
