import type { Finding } from '@holdfast/contracts';
import type { DrillNeeds } from './drill-needs.ts';
import { planExtensions } from './plan-extensions.ts';

/** What a scratch server has. */
export type DrillServerFacts = {
  readonly serverVersion: number;
  /** Extensions that it has → whether they are trusted. */
  readonly extensions: ReadonlyMap<string, boolean>;
  readonly roles: ReadonlySet<string>;
  readonly mayMakeRoles: boolean;
};

export type JudgedNeeds = {
  readonly findings: readonly Finding[];
  /** Whether a restore there could tell anything at all. */
  readonly isPossible: boolean;
};

const majorOf = (serverVersion: number): number => Math.floor(serverVersion / 10_000);
const inconclusive = (check: string, detail: string): Finding => ({ check, outcome: 'inconclusive', detail });

/** What the scratch server lacks of what the backup needs: findings of their own, nothing against the backup. */
export function judgeNeeds(
  needs: Pick<DrillNeeds, 'serverVersion' | 'roles' | 'extensions'>,
  server: DrillServerFacts,
): JudgedNeeds {
  const lacking: Finding[] = [];
  const { obstacles } = planExtensions(needs.extensions, server.extensions);
  if (obstacles.length > 0) {
    const advice = 'install them there, or set BACKUP_DRILL_URL to a server that has them';
    lacking.push(inconclusive('extensions', `not restored, as ${obstacles.join(', ')}; ${advice}`));
  }
  // Those that begin with pg_ are PostgreSQL's own: nobody can make them.
  const missing = needs.roles.filter(
    (role) => !server.roles.has(role) && (role.startsWith('pg_') || !server.mayMakeRoles),
  );
  if (missing.length > 0) {
    const advice = 'make them there, or let the account of BACKUP_DRILL_URL create roles';
    lacking.push(
      inconclusive(
        'roles',
        `not restored, as the scratch server has no role ${missing.join(', ')}; ${advice}`,
      ),
    );
  }
  return { findings: [...lacking, ...otherMajor(needs, server)], isPossible: lacking.length === 0 };
}

function otherMajor(
  { serverVersion: wanted }: Pick<DrillNeeds, 'serverVersion'>,
  { serverVersion }: DrillServerFacts,
): readonly Finding[] {
  if (wanted === undefined || majorOf(wanted) === majorOf(serverVersion)) return [];
  return [
    inconclusive(
      'version',
      `the backup is from PostgreSQL ${majorOf(wanted)} and the scratch server is ${majorOf(serverVersion)}: what happens there says little of a restore into the same major; install postgresql-${majorOf(wanted)} for the validator`,
    ),
  ];
}
