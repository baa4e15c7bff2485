#!/bin/bash
# At the first start of history's server: its database, its owner, and a role that may read it and nothing else.
psql -X -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<SQL
create role history login password '$HISTORY_PASSWORD';
create role history_reader login password '$READER_PASSWORD';
create database history owner history;
revoke connect on database history from public;
grant connect on database history to history_reader;
\connect history
alter default privileges for role history grant usage on schemas to history_reader;
alter default privileges for role history grant select on tables to history_reader;
SQL
