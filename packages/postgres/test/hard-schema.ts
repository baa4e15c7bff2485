/** Small, and with what makes dumps hard. Roles: `reader` is granted to, `Author X` owns. */
export const HARD_ROLES = 'create role reader nologin; create role "Author X" nologin;';

export const HARD_SCHEMA = String.raw`
create schema "Weird Schema" authorization "Author X";
create schema private;
create extension citext with schema private;
create extension pgcrypto;
create type mood as enum ('sad', 'ok', 'so "happy"');
create domain positive as integer check (value > 0);
create type "Pair" as (a integer, b text);

create table "Weird Schema"."Täble ""x"".y" (
  "Id" bigint generated always as identity primary key,
  "Müd" mood not null default 'ok',
  name private.citext unique,
  twice integer generated always as (length(name) * 2) stored,
  tags text[] not null default '{}',
  doc jsonb,
  pair "Pair",
  size positive
);
alter table "Weird Schema"."Täble ""x"".y" owner to "Author X";
insert into "Weird Schema"."Täble ""x"".y" ("Müd", name, tags, doc, pair, size)
  select 'so "happy"', 'name ' || i, array['a' || i, 'b,"c'], jsonb_build_object('i', i, 'back', '\n\t\.'), row(i, null::text)::"Pair", i
    from generate_series(1, 500) i;

create table events (id bigint, at date not null, body text, primary key (id, at)) partition by range (at);
create table "events_2025" partition of events for values from ('2025-01-01') to ('2026-01-01');
create table events_rest partition of events default;
insert into events select i, date '2025-06-01' + i, E'line\nbreak\\' || i from generate_series(1, 400) i;

create table parent (id int primary key, favourite int);
create table child (id int primary key, parent int not null references parent deferrable initially deferred);
alter table parent add constraint parent_favourite foreign key (favourite) references child deferrable initially deferred;
begin;
insert into parent values (1, 1), (2, null);
insert into child values (1, 1), (2, 1), (3, 2);
commit;

create table base (a int);
create table derived (b int) inherits (base);
insert into base values (1);
insert into derived values (2, 2), (3, 3);

create table secrets (id int, owner text);
alter table secrets enable row level security;
create policy own on secrets to reader using (owner = current_user);
insert into secrets values (1, 'reader'), (2, 'other');

create table empty_one (id int);
create unlogged table unlogged_one as select 1 as x;
create table blobs (id int, data bytea);
insert into blobs select i, gen_random_bytes(300) from generate_series(1, 200) i;
select lo_from_bytea(0, decode(repeat('00ff', 1000), 'hex')) from generate_series(1, 3);

create function add_one(i int) returns int language sql begin atomic select i + 1; end;
create function noisy() returns trigger language plpgsql as $body$
begin
  -- a comment; with $ and ' and \
  new.body := coalesce(new.body, E'\\');
  return new;
end $body$;
create trigger events_noisy before insert on events for each row execute function noisy();
create view sums as select id, add_one(id) as more from parent;
create materialized view filled as select count(*) as n from events;
create materialized view hollow as select 1 as x with no data;
create index on "Weird Schema"."Täble ""x"".y" (lower(name::text)) where "Id" > 3;
create statistics some_statistics on id, at from events;
create sequence used; select setval('used', 4711);
comment on table events is E'It''s a comment;\n-- \\restrict x';
grant select on all tables in schema public to reader;
grant usage on schema "Weird Schema" to reader;
alter default privileges for role "Author X" in schema public grant select on tables to reader;
refresh materialized view filled;
`;
