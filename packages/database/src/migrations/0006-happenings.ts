import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const happenings: Migration = {
  name: '0006-happenings',
  up: async (tx) => {
    await sql`
      create table holdfast.happenings (
        event_id text primary key,
        type text not null,
        subject text not null,
        database text,
        at timestamptz not null,
        severity text not null check (severity in ('info', 'warning', 'critical')),
        summary text not null,
        data jsonb not null,
        first_sequence bigint not null
      )`.execute(tx);
    await sql`create index happenings_newest on holdfast.happenings (at desc, event_id desc)`.execute(tx);
    await sql`create index happenings_database on holdfast.happenings (database, at desc)`.execute(tx);
    await sql`create index happenings_type on holdfast.happenings (type, at desc)`.execute(tx);
    await sql`create index happenings_sequence on holdfast.happenings (first_sequence)`.execute(tx);
  },
};
