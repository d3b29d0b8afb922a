-- What a candidate has besides a store: what stood before, and figures as they are and as they were published.
create schema before;

-- For a slot whose newest submission waits, the one in force; for any other, the one that was in force before it.
create table standing (
    submission varchar not null,
    in_force boolean not null
);

-- `source`: `now`, from the rows of this candidate; `own`, from those of an earlier year; `published`, from a document.
create table figure (
    office varchar not null,
    year integer not null,
    figure varchar not null,
    name varchar not null,
    department varchar not null,
    ledger varchar not null,
    scope varchar not null,
    unit varchar not null,
    counts_by varchar not null,
    source varchar not null,
    value decimal(38, 6) not null,
    document varchar,
    part varchar,
    reason varchar,
    submission varchar,
    sheet varchar,
    cell varchar
);
