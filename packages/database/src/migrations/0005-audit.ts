import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const audit: Migration = {
  name: '0005-audit',
  up: async (tx) => {
    await sql`
      create table holdfast.audit (
        number bigint primary key,
        event_id text not null unique,
        at timestamptz not null,
        action text not null,
        who text not null,
        outcome text not null,
        target text,
        record text not null,
        previous_hash text not null,
        hash text not null
      )`.execute(tx);
    await sql`create index audit_who on holdfast.audit (who, number desc)`.execute(tx);
    await sql`create index audit_action on holdfast.audit (action, number desc)`.execute(tx);
    await sql`create index audit_target on holdfast.audit (target, number desc) where target is not null`.execute(
      tx,
    );
    await sql`create index audit_at on holdfast.audit (at)`.execute(tx);
    await sql`
      create function holdfast.refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'holdfast.audit is append-only' using errcode = 'insufficient_privilege';
      end $$`.execute(tx);
    await sql`
      create trigger audit_rows_stay before update or delete on holdfast.audit
      for each row execute function holdfast.refuse_change()`.execute(tx);
    await sql`
      create trigger audit_stays before truncate on holdfast.audit
      for each statement execute function holdfast.refuse_change()`.execute(tx);
  },
};
