import { withClient, type SqlClient } from '../connection/client.ts';
import type { Target } from '../connection/target.ts';
import { dumpApplicationName } from './application-name.ts';

export type DumpActivity = {
  /** Whether the server works for the dump: a query runs and does not wait for a lock. */
  readonly active: boolean;
  /** The session whose lock the dump waits for. `query` is its current or last one; empty when we may not see it. */
  readonly blockedBy?: { readonly pid: number; readonly query: string; readonly user: string };
};

/** What the server does for the pg_dump that was started under `applicationName`; undefined when it has no session. Asks through a connection of its own. */
export function dumpActivity(target: Target, applicationName: string): Promise<DumpActivity | undefined> {
  return withClient(target, (client) => readActivity(client, dumpApplicationName(applicationName)));
}

async function readActivity(client: SqlClient, name: string): Promise<DumpActivity | undefined> {
  const { rows } = await client.query<{
    active: boolean;
    pid: number | null;
    query: string | null;
    user: string | null;
  }>(
    `select dump.state = 'active' and dump.wait_event_type is distinct from 'Lock' as active,
            blocker.pid, blocker.query, blocker.usename as user
       from pg_stat_activity dump
       left join lateral unnest(pg_blocking_pids(dump.pid)) as blocking(pid) on true
       left join pg_stat_activity blocker on blocker.pid = blocking.pid
      where dump.application_name = $1 and dump.datname = current_database()
      order by blocker.pid is null, active desc, blocker.pid
      limit 1`,
    [name],
  );
  const row = rows[0];
  if (!row) return undefined;
  const { active, pid, query, user } = row;
  return pid === null ? { active } : { active, blockedBy: { pid, query: query ?? '', user: user ?? '' } };
}
