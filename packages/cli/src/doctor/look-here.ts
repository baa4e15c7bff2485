import { failureOf } from '@holdfast/contracts';
import {
  describeKeys,
  destinationsOf,
  openDestination,
  readDatabases,
  type DatabaseTarget,
} from '@holdfast/engine';
import { findTools, type Tools } from '@holdfast/postgres';
import { checkDestinations } from '../local/check-destinations.ts';
import { readLocalSettings, type LocalSettings } from '../local/local-settings.ts';
import type { GlobalOptions } from '../global-options.ts';
import { ok, type Finding } from './finding.ts';
import { judgeClock } from './judge-clock.ts';
import { judgePrivileges } from './judge-database.ts';
import { judgeDestination } from './judge-destination.ts';
import { judgeMajor, judgeTools } from './judge-tools.ts';
import { lookAtBus } from './look-at-bus.ts';
import { readPrivileges } from './read-privileges.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What the services would find on this machine with these settings. Never throws: what fails is a finding. */
export async function lookHere(
  options: Pick<GlobalOptions, 'dir'>,
  env: Env,
  nowMs: () => number,
): Promise<readonly Finding[]> {
  const settings = attempt(() => readLocalSettings(options, env));
  if ('code' in settings)
    return [
      {
        check: 'settings',
        outcome: 'critical',
        code: settings.code,
        detail: settings.message,
        mend: 'docs/reference/settings.md has each with an example',
      },
    ];
  const tools = await findTools();
  const [bus, destinations, keys, databases] = await Promise.all([
    lookAtBus(env),
    lookAtDestinations(options, env),
    lookAtKeys(settings),
    lookAtDatabases(settings, tools, nowMs),
  ]);
  return [
    ok('settings', 'they can be read'),
    ...judgeTools(tools, settings.BACKUP_DRILL_URL !== undefined),
    ...bus,
    ...destinations,
    ...keys,
    ...databases,
  ];
}

function attempt<T>(read: () => T): T | ReturnType<typeof failureOf> {
  try {
    return read();
  } catch (error) {
    return failureOf(error);
  }
}

async function lookAtDestinations(
  options: Pick<GlobalOptions, 'dir'>,
  env: Env,
): Promise<readonly Finding[]> {
  try {
    return (await checkDestinations(options, env)).map(judgeDestination);
  } catch (error) {
    const { code, message } = failureOf(error);
    return [{ check: 'repository', outcome: 'critical', code, detail: message }];
  }
}

async function lookAtKeys(settings: LocalSettings): Promise<readonly Finding[]> {
  try {
    const [primary] = destinationsOf(settings);
    const keys = await describeKeys(settings, await openDestination(primary, settings));
    const notes = keys.notes.map((detail): Finding =>
      /others can read/.test(detail)
        ? { check: 'keys', outcome: 'warning', detail, mend: 'chmod 600' }
        : ok('keys', detail),
    );
    if (!keys.encryptsByDefault)
      return [
        {
          check: 'keys',
          outcome: 'warning',
          detail: 'backups are not encrypted: whoever reads the repository reads the data',
          mend: 'backup-admin keys generate, then set BACKUP_AGE_RECIPIENTS',
        },
        ...notes,
      ];
    return [
      keys.readsOwn
        ? ok('keys', 'backups are encrypted, and can be read with the keys here')
        : {
            check: 'keys',
            outcome: 'warning',
            detail:
              'backups are encrypted to keys that are not here: right for a worker that only backs up, but nothing can be restored or proven from here',
            mend: 'set BACKUP_AGE_IDENTITY_FILE where restores and drills are done',
          },
      ...notes,
    ];
  } catch (error) {
    const { code, message } = failureOf(error);
    // A repository that is away is told as such already.
    if (code.startsWith('storage_')) return [];
    return [{ check: 'keys', outcome: 'critical', code, detail: message, mend: 'backup-admin keys show' }];
  }
}

async function lookAtDatabases(
  settings: LocalSettings,
  tools: readonly Tools[],
  nowMs: () => number,
): Promise<readonly Finding[]> {
  let databases: readonly DatabaseTarget[];
  try {
    databases = await readDatabases(settings);
  } catch (error) {
    return [unreachable('BACKUP_DATABASES', error)];
  }
  if (databases.length === 0)
    return [
      {
        check: 'database',
        outcome: 'warning',
        detail: 'none is configured here: only the standalone has its own sample',
        mend: 'set DATABASE_URL or BACKUP_DATABASES, or: backup-admin init',
      },
    ];
  const found = await Promise.all(databases.map((database) => lookAtDatabase(database, tools, nowMs)));
  return found.flat();
}

async function lookAtDatabase(
  { id, target }: DatabaseTarget,
  tools: readonly Tools[],
  nowMs: () => number,
): Promise<readonly Finding[]> {
  try {
    const sign = await readPrivileges(target, nowMs);
    return [
      judgeMajor(id, sign.serverVersion, tools),
      judgeClock(id, sign.clockOffsetMs, sign.tookMs / 2),
      ...judgePrivileges(id, sign),
    ];
  } catch (error) {
    return [unreachable(id, error)];
  }
}

/** The message says itself what to look at. */
function unreachable(subject: string, error: unknown): Finding {
  const { code, message } = failureOf(error);
  return { check: 'database', subject, outcome: 'critical', code, detail: message };
}
