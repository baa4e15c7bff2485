import type { Failure, HealthCheck, HealthIssue, HealthState, Verdict } from '@holdfast/contracts';

/** What there is to judge; all of it was measured by somebody else. */
export type Signs = {
  readonly busConnected: boolean;
  /** Processes of each service that tell of themselves. */
  readonly processes: Readonly<Record<string, number>>;
  /** Whether a schedule is to fire. */
  readonly hasSchedules: boolean;
  readonly history: { readonly configured: boolean; readonly error?: Failure | undefined };
  readonly repository: {
    readonly error?: Failure | undefined;
    readonly freeBytes?: number | undefined;
    readonly unreadable: number;
  };
  readonly databases: readonly {
    readonly id: string;
    readonly workers: number;
    readonly lastBackup?: { readonly filename: string; readonly sizeBytes: number } | undefined;
    /** The newest backup's verdict. */
    readonly verdict?: Verdict | undefined;
    /** The newest run that ended, when it failed. */
    readonly lastFailure?: Failure | undefined;
  }[];
  /** What the scheduler's watch last told; undefined: nothing yet. */
  readonly watched?: HealthState | undefined;
};

export type Judgement = {
  readonly overall: 'healthy' | 'warning' | 'critical';
  readonly issues: readonly HealthIssue[];
  /** All that was looked at, also what is well. */
  readonly checks: readonly HealthCheck[];
};

/** What is wrong, worst first, each with what to do about it; and what is well. What is seen now beats what the watch saw. */
export function judgeHealth(signs: Signs): Judgement {
  const own = [
    ...systemChecks(signs),
    ...signs.databases.flatMap((database) => databaseChecks(database, signs)),
  ];
  const seen = new Set(own.map(keyOf));
  const watched = watchedChecks(signs.watched).filter((check) => !seen.has(keyOf(check)));
  const checks = [...own, ...watched];
  const critical = checks.flatMap((check) => issueOf(check, 'critical'));
  const warnings = checks.flatMap((check) => issueOf(check, 'warning'));
  const overall = critical.length > 0 ? 'critical' : warnings.length > 0 ? 'warning' : 'healthy';
  return { overall, issues: [...critical, ...warnings], checks };
}

/** A watch of another release may tell its problems alone. */
const watchedChecks = (watched: HealthState | undefined): readonly HealthCheck[] =>
  watched?.checks ??
  (watched?.problems ?? []).map(({ severity, message, ...about }) => ({
    ...about,
    outcome: severity,
    detail: message,
  }));

const keyOf = ({ check, subject = '' }: HealthCheck): string => `${check}\n${subject}`;

function issueOf(
  { outcome, detail, ...about }: HealthCheck,
  severity: HealthIssue['severity'],
): HealthIssue[] {
  return outcome === severity ? [{ ...about, severity, message: detail }] : [];
}

/** One look: what is said when all is well, unless something is wrong. */
function look(
  check: string,
  well: string,
  wrong: { readonly outcome: HealthIssue['severity']; readonly detail: string } | undefined,
  subject?: string,
): HealthCheck {
  const about = subject === undefined ? { check } : { check, subject };
  return wrong ? { ...about, ...wrong } : { ...about, outcome: 'ok', detail: well };
}

const critical = (detail: string) => ({ outcome: 'critical', detail }) as const;
const warning = (detail: string) => ({ outcome: 'warning', detail }) as const;

const running = (count: number): string => (count === 1 ? '1 process' : `${count} processes`);

function systemChecks(signs: Signs): readonly HealthCheck[] {
  const { busConnected, history, repository, hasSchedules } = signs;
  const bus = look(
    'bus',
    'connected',
    busConnected
      ? undefined
      : critical('NATS cannot be reached, so nothing new can be asked for; check NATS_URL.'),
  );
  const store = look(
    'repository',
    'objects can be written and read',
    repository.error && critical(`The repository cannot be used: ${repository.error.message}`),
  );
  const unreadable =
    repository.unreadable === 1 ? 'One manifest names' : `${repository.unreadable} manifests name`;
  const manifests = look(
    'manifests',
    'all can be read',
    repository.unreadable === 0
      ? undefined
      : warning(`${unreadable} no usable backup; "backup-admin list --verbose" tells which.`),
  );
  const readModel = look(
    'history',
    history.configured ? 'available' : 'not configured',
    history.configured && history.error
      ? warning(`History cannot be reached: ${history.error.message}`)
      : undefined,
  );
  const service = (
    name: string,
    wrong: { outcome: HealthIssue['severity']; detail: string },
  ): HealthCheck => {
    const count = signs.processes[name] ?? 0;
    return look('services.present', running(count), count === 0 ? wrong : undefined, name);
  };
  // Without a bus nobody can be seen, and that is told already.
  const services = busConnected
    ? [
        service('backup-worker', critical('No backup-worker is running; requests wait until one is.')),
        ...(hasSchedules
          ? [service('scheduler', critical('No scheduler is running; no schedule fires until one is.'))]
          : []),
        service('validator', warning('No validator is running; backups stay unproven.')),
        service('retention', warning('No retention service is running; nothing is removed until one is.')),
      ]
    : [];
  return [bus, store, manifests, readModel, ...services];
}

function databaseChecks(database: Signs['databases'][number], { repository }: Signs): readonly HealthCheck[] {
  const { id, lastBackup, verdict, lastFailure, workers } = database;
  const checks = [
    look(
      'backup.last',
      'the last one succeeded',
      lastFailure && critical(`The last backup of ${id} failed: ${lastFailure.message}`),
      id,
    ),
  ];
  if (!lastBackup) {
    const never = warning(`${id} has no backup yet; make one with "backup-admin create --database ${id}".`);
    return workers > 0 ? [...checks, look('backup.present', '', never, id)] : checks;
  }
  const invalid = critical(
    `The newest backup of ${id}, ${lastBackup.filename}, is invalid; make another now.`,
  );
  const isTight = repository.freeBytes !== undefined && repository.freeBytes < 2 * lastBackup.sizeBytes;
  const tight = warning(`The repository has room for less than two more backups of ${id}; make room.`);
  return [
    ...checks,
    look(
      'backup.valid',
      `${lastBackup.filename}: ${verdict ?? 'not looked at yet'}`,
      verdict === 'invalid' ? invalid : undefined,
      id,
    ),
    look('backup.room', 'there is room for two more', isTight ? tight : undefined, id),
  ];
}
