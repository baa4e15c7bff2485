import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const backups: Migration = {
  name: '0002-backups',
  up: async (tx) => {
    await sql`
      create table holdfast.backups (
        name text primary key,
        filename text not null,
        alias text,
        database text not null,
        database_name text not null,
        type text not null,
        trigger text not null,
        description text not null,
        run uuid not null,
        attempt bigint not null,
        created_at timestamptz not null,
        duration_ms double precision not null,
        size_bytes bigint not null,
        raw_bytes bigint not null,
        sha256 text not null,
        compression text not null,
        encrypted boolean not null,
        server_version bigint not null,
        tables_count bigint not null,
        rows_count bigint not null,
        warnings jsonb not null,
        deleted_at timestamptz,
        last_validated_at timestamptz,
        last_validation_level text,
        last_verdict text,
        last_proven_at timestamptz,
        first_sequence bigint not null
      )`.execute(tx);
    await sql`create index backups_newest on holdfast.backups (database, created_at desc)`.execute(tx);
    await sql`create index backups_filename on holdfast.backups (filename)`.execute(tx);
    await sql`create index backups_alias on holdfast.backups (alias) where alias is not null`.execute(tx);
    await sql`create index backups_run on holdfast.backups (run)`.execute(tx);
    await sql`create index backups_sequence on holdfast.backups (first_sequence)`.execute(tx);
    await sql`
      create table holdfast.validations (
        run uuid primary key,
        backup text not null,
        filename text not null,
        database text,
        level text not null,
        verdict text not null,
        findings jsonb not null,
        duration_ms double precision not null,
        at timestamptz not null,
        first_sequence bigint not null
      )`.execute(tx);
    await sql`create index validations_backup on holdfast.validations (backup, at desc)`.execute(tx);
    await sql`create index validations_sequence on holdfast.validations (first_sequence)`.execute(tx);
  },
};
