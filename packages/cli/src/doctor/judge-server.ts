import type { Status } from '@holdfast/contracts';
import { counted, formatSpan } from '../render/quantities.ts';
import { ok, type Finding } from './finding.ts';

const DAY_MS = 86_400_000;
/** A proof older than this says little of the backups since. */
const PROOF_IS_OLD_MS = 30 * DAY_MS;

/** Without these something that people count on does not happen. */
const NEEDED = {
  'backup-worker': 'no backup and no restore is made',
  scheduler: 'nothing happens by itself',
  validator: 'no backup is validated or proven',
  retention: 'no old backup is removed',
  notifier: 'nobody is told of anything',
  history: 'nobody knows what was done',
} as const;

/** What the server's own status says: services, databases with their proof, and what its watch found. */
export function judgeStatus(status: Status, ageMs: (at: string) => number): readonly Finding[] {
  return [
    ...judgeServices(status),
    ...judgeProofs(status, ageMs),
    ...status.health.issues.map(({ severity, message, check = 'health', subject }): Finding => ({
      check: `health ${check}`,
      ...(subject === undefined ? {} : { subject }),
      outcome: severity,
      ...(severity === 'critical' ? { code: 'internal' as const } : {}),
      detail: message,
      mend: 'backup-admin status --detailed',
    })),
  ];
}

function judgeServices({ services }: Status): readonly Finding[] {
  const present = new Set(services.map(({ service }) => service));
  const missing = Object.entries(NEEDED).filter(([service]) => !present.has(service));
  const releases = [...new Set(services.map(({ release }) => release))];
  const mixed: readonly Finding[] =
    releases.length > 1
      ? [
          {
            check: 'services',
            outcome: 'warning',
            detail: `they are of several releases: ${releases.join(', ')}`,
            mend: 'bring all to the newest',
          },
        ]
      : [];
  if (missing.length === 0) return [ok('services', 'every service is there'), ...mixed];
  return [
    ...missing.map(([service, consequence]): Finding => {
      const isWorker = service === 'backup-worker';
      return {
        check: 'services',
        subject: service,
        outcome: isWorker ? 'critical' : 'warning',
        ...(isWorker ? { code: 'no_worker' as const } : {}),
        detail: `does not run: ${consequence}`,
        mend: `start it: npm start, docker compose up -d ${service}, or systemctl start holdfast@${service}`,
      };
    }),
    ...mixed,
  ];
}

function judgeProofs({ databases, history }: Status, ageMs: (at: string) => number): readonly Finding[] {
  if (databases.length === 0)
    return [
      {
        check: 'databases',
        outcome: 'critical',
        code: 'database_unknown',
        detail: 'no database is known: there is nothing to back up',
        mend: 'set BACKUP_DATABASES or DATABASE_URL for the worker, or: backup-admin init',
      },
    ];
  return databases.flatMap(({ id, workers, lastBackup, lastProven }): readonly Finding[] => {
    const told = { subject: id, outcome: 'warning' } as const;
    const reach: readonly Finding[] =
      workers > 0
        ? []
        : [
            {
              ...told,
              check: 'database',
              detail: 'no worker reaches it: only its old backups are known',
              mend: 'name it in BACKUP_DATABASES of a worker, and look whether its server answers',
            },
          ];
    const mend = lastBackup
      ? `backup-admin drill --database ${id}`
      : `backup-admin create --database ${id} --validate`;
    if (!history.available || !lastBackup) {
      const detail = lastBackup ? 'nobody knows, as history is away' : 'it has no backup at all';
      return [...reach, { ...told, check: 'proof', detail, ...(lastBackup ? {} : { mend }) }];
    }
    if (!lastProven)
      return [
        ...reach,
        { ...told, check: 'proof', detail: 'no backup of it was ever restored to prove it', mend },
      ];
    const provenMs = Math.max(0, ageMs(lastProven.at));
    const detail = `last proven ${formatSpan(provenMs)} ago`;
    const isOld = provenMs > PROOF_IS_OLD_MS;
    return [...reach, isOld ? { ...told, check: 'proof', detail, mend } : ok('proof', detail, id)];
  });
}

/** Who is told, what fires, and what was given up. */
export function judgeSurroundings(counts: {
  readonly channels: number | undefined;
  readonly schedules: number | undefined;
  readonly deadLetters: number | undefined;
}): readonly Finding[] {
  const { channels, schedules, deadLetters } = counts;
  const none = (check: string): Finding => ({
    check,
    outcome: 'skipped',
    detail: 'could not be looked at: this token does not allow it, or the server has no answer',
  });
  return [
    channels === undefined
      ? none('notifications')
      : channels > 0
        ? ok('notifications', counted(channels, 'channel'))
        : {
            check: 'notifications',
            outcome: 'warning',
            detail: 'there is no channel: nobody hears of a failure',
            mend: 'set BACKUP_SLACK_WEBHOOK_URL, BACKUP_WEBHOOK_URL or BACKUP_NOTIFICATION_EMAIL, then: backup-admin notifications test',
          },
    schedules === undefined
      ? none('schedules')
      : schedules > 0
        ? ok('schedules', counted(schedules, 'schedule fires', 'schedules fire'))
        : {
            check: 'schedules',
            outcome: 'warning',
            detail: 'nothing fires: no backup is made by itself',
            mend: 'backup-admin schedules preset',
          },
    deadLetters === undefined
      ? none('dead letters')
      : deadLetters === 0
        ? ok('dead letters', 'none')
        : {
            check: 'dead letters',
            outcome: 'warning',
            detail: `${counted(deadLetters, 'event was', 'events were')} given up`,
            mend: 'backup-admin dlq list',
          },
  ];
}
