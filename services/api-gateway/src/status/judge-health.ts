import type { Failure, HealthIssue, Verdict } from '@holdfast/contracts';

/** What there is to judge; all of it was measured by somebody else. */
export type Signs = {
  readonly busConnected: boolean;
  readonly workers: number;
  readonly validators: number;
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
};

export type Judgement = {
  readonly overall: 'healthy' | 'warning' | 'critical';
  readonly issues: readonly HealthIssue[];
};

/** What is wrong, worst first, each with what to do about it. */
export function judgeHealth(signs: Signs): Judgement {
  const issues = [
    ...systemIssues(signs),
    ...signs.databases.flatMap((database) => databaseIssues(database, signs)),
  ];
  const critical = issues.filter((issue) => issue.severity === 'critical');
  const warnings = issues.filter((issue) => issue.severity === 'warning');
  const overall = critical.length > 0 ? 'critical' : warnings.length > 0 ? 'warning' : 'healthy';
  return { overall, issues: [...critical, ...warnings] };
}

const critical = (message: string): HealthIssue => ({ severity: 'critical', message });
const warning = (message: string): HealthIssue => ({ severity: 'warning', message });

function systemIssues({
  busConnected,
  workers,
  validators,
  history,
  repository,
}: Signs): readonly HealthIssue[] {
  const issues: HealthIssue[] = [];
  if (!busConnected)
    issues.push(critical('NATS cannot be reached, so nothing new can be asked for; check NATS_URL.'));
  if (repository.error) issues.push(critical(`The repository cannot be used: ${repository.error.message}`));
  if (busConnected && workers === 0)
    issues.push(critical('No backup-worker is running; requests wait until one is.'));
  if (busConnected && validators === 0)
    issues.push(warning('No validator is running; backups stay unproven.'));
  if (history.configured && history.error)
    issues.push(warning(`History cannot be reached: ${history.error.message}`));
  if (repository.unreadable > 0) {
    const what =
      repository.unreadable === 1 ? 'One manifest names' : `${repository.unreadable} manifests name`;
    issues.push(warning(`${what} no usable backup; "backup-admin list --verbose" tells which.`));
  }
  return issues;
}

function databaseIssues(database: Signs['databases'][number], { repository }: Signs): readonly HealthIssue[] {
  const { id, lastBackup, verdict, lastFailure, workers } = database;
  const issues: HealthIssue[] = [];
  if (!lastBackup && workers > 0) {
    issues.push(warning(`${id} has no backup yet; make one with "backup-admin create --database ${id}".`));
  }
  if (lastFailure) issues.push(critical(`The last backup of ${id} failed: ${lastFailure.message}`));
  if (lastBackup && verdict === 'invalid') {
    issues.push(
      critical(`The newest backup of ${id}, ${lastBackup.filename}, is invalid; make another now.`),
    );
  }
  if (lastBackup && repository.freeBytes !== undefined && repository.freeBytes < 2 * lastBackup.sizeBytes) {
    issues.push(warning(`The repository has room for less than two more backups of ${id}; make room.`));
  }
  return issues;
}
