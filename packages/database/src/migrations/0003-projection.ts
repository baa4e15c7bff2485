import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const projection: Migration = {
  name: '0003-projection',
  up: async (tx) => {
    await sql`
      create table holdfast.projection (
        stream text primary key,
        position bigint not null,
        event_id text,
        epoch bigint not null default 1,
        rebuilt_at timestamptz
      )`.execute(tx);
  },
};
