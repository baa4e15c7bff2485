import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const activity: Migration = {
  name: '0004-activity',
  up: async (tx) => {
    // Of a backup that only its manifest tells of, no run is known: it stands for itself.
    await sql`
      create view holdfast.activity as
      select
        r.id as run,
        r.ended_at as at,
        case r.kind when 'undo' then 'restore' when 'removal' then 'cleanup' else r.kind end as operation,
        r.database,
        coalesce(b.alias, r.filename, '') as filename,
        coalesce(r.succeeded, false) as success,
        coalesce(r.duration_ms, extract(epoch from r.ended_at - coalesce(r.started_at, r.ended_at)) * 1000)::double precision
          as duration_ms,
        coalesce(r.size_bytes, 0) as size_bytes,
        r.description,
        r.error_message as error
      from holdfast.runs r
      left join holdfast.backups b on b.run = r.id and r.kind = 'backup'
      where r.ended_at is not null
      union all
      select b.run, b.created_at, 'backup', b.database, coalesce(b.alias, b.filename), true, b.duration_ms,
        b.size_bytes, b.description, null
      from holdfast.backups b
      where not exists (select from holdfast.runs r where r.id = b.run)`.execute(tx);
  },
};
