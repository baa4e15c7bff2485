import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const runs: Migration = {
  name: '0001-runs',
  up: async (tx) => {
    await sql`
      create table holdfast.runs (
        id uuid primary key,
        kind text not null,
        database text,
        state text not null,
        attempt bigint not null default 0,
        failed_attempts bigint[] not null default '{}',
        trigger text,
        requested_by text,
        requested_at timestamptz not null,
        started_at timestamptz,
        ended_at timestamptz,
        worker text,
        correlation uuid,
        cancel_by text,
        cancel_reason text,
        error_code text,
        error_message text,
        filename text,
        removed_backup text,
        size_bytes bigint,
        raw_bytes bigint,
        duration_ms double precision,
        description text not null default '',
        succeeded boolean,
        outcome jsonb,
        first_sequence bigint not null,
        check ((ended_at is not null) = (state in ('completed', 'failed', 'cancelled')))
      )`.execute(tx);
    await sql`create index runs_newest on holdfast.runs (requested_at desc, id desc)`.execute(tx);
    await sql`create index runs_ended on holdfast.runs (ended_at desc) where ended_at is not null`.execute(
      tx,
    );
    await sql`create index runs_active on holdfast.runs (state) where ended_at is null`.execute(tx);
    await sql`create index runs_removed on holdfast.runs (removed_backup) where removed_backup is not null`.execute(
      tx,
    );
    await sql`create index runs_sequence on holdfast.runs (first_sequence)`.execute(tx);
    await sql`
      create table holdfast.restores (
        run uuid primary key,
        database text,
        filename text,
        mode text,
        database_name text,
        previous_database_name text,
        kept_until timestamptz,
        safety_backup text,
        tables_count bigint,
        rows_count bigint,
        completed_at timestamptz,
        rolled_back_at timestamptz,
        rolled_back_detail text,
        undone_at timestamptz,
        undone_by uuid,
        first_sequence bigint not null
      )`.execute(tx);
    await sql`create index restores_sequence on holdfast.restores (first_sequence)`.execute(tx);
  },
};
