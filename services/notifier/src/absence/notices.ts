import { formatCount, formatSpan } from '../payload/format.ts';
import type { Payload } from '../payload/payload.ts';
import type { ToldAbsence } from '../memory/memory.ts';
import type { Absence } from './judge-absence.ts';
import type { Expectation } from './plan-expectations.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const what = { backup: 'backup', drill: 'restore drill' } as const;

export type Looked =
  | { readonly kind: 'found'; readonly createdMs: number; readonly type: string }
  | { readonly kind: 'absent'; readonly lastMs: number | undefined }
  | { readonly kind: 'unknown'; readonly why: string };

/** Something expected did not come. */
export function absenceNotice(
  { schedule, action, database }: Expectation,
  absence: Absence,
  looked: Looked,
  known: {
    readonly lastSuccessMs: number | undefined;
    readonly nowMs: number;
    readonly link: string | undefined;
  },
): Payload {
  const name = database ?? `the databases of ${schedule.database}`;
  const manifests =
    looked.kind === 'absent'
      ? looked.lastMs === undefined
        ? 'looked at: there is no backup at all'
        : `looked at: the newest is of ${iso(looked.lastMs)}`
      : looked.kind === 'unknown'
        ? `could not be looked at: ${looked.why}`
        : undefined;
  return {
    about: 'absence',
    title: `No ${what[action]} of ${name} since it was due at ${iso(absence.dueMs)}`,
    severity: 'critical',
    outcome: 'failure',
    at: iso(known.nowMs),
    database,
    schedule: schedule.id,
    details: [
      { label: 'Late', value: formatSpan(known.nowMs - absence.dueMs) },
      { label: 'Missed', value: formatCount(absence.missed, 'occurrence') },
      {
        label: 'Last success',
        value: known.lastSuccessMs === undefined ? 'none that is known' : iso(known.lastSuccessMs),
      },
      ...(manifests === undefined ? [] : [{ label: 'Repository', value: manifests }]),
    ],
    advice:
      action === 'backup'
        ? 'Look whether scheduler, worker and NATS run (`backup-admin status`), then `backup-admin create`.'
        : 'Look whether the validator and its scratch server run, then `backup-admin validate --level restore`.',
    link: known.link,
    problem: `absence.${schedule.id}.${database ?? '_'}`,
    resolves: false,
  };
}

export const absenceReminder = (told: ToldAbsence, nowMs: number, link: string | undefined): Payload => ({
  about: 'reminder',
  title: `Still so after ${formatSpan(nowMs - Date.parse(told.openedAt))}: ${told.title}`,
  severity: told.severity,
  outcome: 'failure',
  at: iso(nowMs),
  database: told.database,
  schedule: told.schedule,
  details: [{ label: 'Since', value: told.openedAt }],
  advice: 'Look whether scheduler, worker and NATS run: `backup-admin status`.',
  link,
  problem: `absence.${told.schedule}.${told.database ?? '_'}`,
  resolves: false,
});

export const absenceOver = (told: ToldAbsence, nowMs: number, link: string | undefined): Payload => ({
  about: 'absence',
  title: `The ${what[told.action]} of ${told.database ?? told.schedule} that was missing is there`,
  severity: 'info',
  outcome: 'success',
  at: iso(nowMs),
  database: told.database,
  schedule: told.schedule,
  details: [{ label: 'It was due', value: told.dueAt }],
  link,
  problem: `absence.${told.schedule}.${told.database ?? '_'}`,
  resolves: true,
});

export type Coming = {
  readonly backups: number;
  readonly drills: number;
  readonly nextMs: number | undefined;
};

/** The bus is away: what is made meanwhile nobody hears of. */
export const busAwayNotice = (
  sinceMs: number,
  nowMs: number,
  coming: Coming,
  link: string | undefined,
): Payload => ({
  about: 'bus',
  title: `NATS cannot be reached: cannot tell what is made; ${coming.backups + coming.drills} expected within a day`,
  severity: 'critical',
  outcome: 'failure',
  at: iso(nowMs),
  details: [
    { label: 'Away for', value: formatSpan(nowMs - sinceMs) },
    {
      label: 'Expected within a day',
      value: `${formatCount(coming.backups, 'backup')}, ${formatCount(coming.drills, 'drill')}`,
    },
    ...(coming.nextMs === undefined ? [] : [{ label: 'The next', value: iso(coming.nextMs) }]),
  ],
  advice: 'Start NATS, or check NATS_URL. Without it nothing is scheduled, made or recorded.',
  link,
  problem: 'bus',
  resolves: false,
});

export const busBackNotice = (sinceMs: number, nowMs: number, link: string | undefined): Payload => ({
  about: 'bus',
  title: `NATS can be reached again after ${formatSpan(nowMs - sinceMs)}`,
  severity: 'info',
  outcome: 'success',
  at: iso(nowMs),
  details: [],
  link,
  problem: 'bus',
  resolves: true,
});
