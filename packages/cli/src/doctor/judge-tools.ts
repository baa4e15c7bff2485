import { ok, type Finding } from './finding.ts';

export type ToolsSign = {
  readonly major: number;
  readonly version: string;
  readonly serverBinaries: boolean;
};

const INSTALL = 'apt install postgresql-client-18 (from apt.postgresql.org), or brew install libpq';

/** Client tools, and the servers for drills. `drillsElsewhere`: BACKUP_DRILL_URL is set. */
export function judgeTools(tools: readonly ToolsSign[], drillsElsewhere: boolean): readonly Finding[] {
  if (tools.length === 0)
    return [
      {
        check: 'tools',
        outcome: 'critical',
        code: 'tools_missing',
        detail: 'pg_dump, pg_restore, psql and pg_dumpall were not found: no backup can be made here',
        mend: INSTALL,
      },
    ];
  const versions = [...new Set(tools.map(({ version }) => version))].join(', ');
  return [ok('tools', `client tools of PostgreSQL ${versions}`), judgeDrills(tools, drillsElsewhere)];
}

function judgeDrills(tools: readonly ToolsSign[], drillsElsewhere: boolean): Finding {
  if (drillsElsewhere) return ok('drills', 'a scratch server is set (BACKUP_DRILL_URL)');
  const majors = [...new Set(tools.flatMap((each) => (each.serverBinaries ? [each.major] : [])))];
  if (majors.length > 0)
    return ok('drills', `initdb and postgres of ${majors.join(', ')} for scratch servers`);
  return {
    check: 'drills',
    outcome: 'warning',
    detail: 'initdb was not found, so no backup can be proven by a restore here',
    mend: 'apt install postgresql, or set BACKUP_DRILL_URL',
  };
}

/** Whether the tools fit a server, `serverVersion` as PostgreSQL numbers it (150018). */
export function judgeMajor(id: string, serverVersion: number, tools: readonly ToolsSign[]): Finding {
  const major = Math.floor(serverVersion / 10_000);
  const newest = Math.max(0, ...tools.map((each) => each.major));
  if (tools.length === 0 || newest >= major)
    return ok('database', `PostgreSQL ${major}.${serverVersion % 10_000} answers`, id);
  return {
    check: 'database',
    subject: id,
    outcome: 'critical',
    code: 'server_newer_than_tools',
    detail: `it runs PostgreSQL ${major}, and the newest pg_dump here is ${newest}`,
    mend: `apt install postgresql-client-${major}`,
  };
}
