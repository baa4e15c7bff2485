import { formatDuration } from '@holdfast/contracts';
import { timeOf } from './time-of.ts';
import type { DatabaseMemory } from './memory.ts';
import type { Check, Limits, ScheduleSign, Signs } from './signs.ts';

/** So many failures in a row are no accident. */
const FAILING = 3;
const FEWEST_FOR_A_RATE = 5;
const RATE_WANTED = 0.8;
/** A drill takes its time and its turn. */
const DRILL_SLACK = 1.5;

/** Each database: how its last backups ended, and how old the last good and the last proven one are. */
export function judgeBackups(signs: Signs, limits: Limits): readonly Check[] {
  const promised = new Set(signs.schedules.filter(isBackup).flatMap(({ databases }) => databases));
  const names = [...new Set([...Object.keys(signs.databases), ...promised])].sort();
  return names.flatMap((name) => {
    const memory = signs.databases[name] ?? { good: [], recent: [] };
    return [
      ...judgeOutcomes(name, memory),
      ...judgeAge(name, memory, signs, limits),
      ...judgeProof(name, memory, signs, limits),
    ];
  });
}

const isBackup = ({ schedule }: ScheduleSign): boolean => schedule.enabled && schedule.action === 'backup';

function judgeOutcomes(subject: string, { recent }: DatabaseMemory): readonly Check[] {
  if (recent.length === 0) return [];
  const firstGood = recent.indexOf('completed');
  const failures = firstGood < 0 ? recent.length : firstGood;
  const succeeded = recent.filter((outcome) => outcome === 'completed').length;
  const rate = succeeded / recent.length;
  const detail = `${succeeded} of the last ${recent.length} backups of ${subject} succeeded`;
  const told = { check: 'backup.outcomes', subject };
  if (failures >= FAILING)
    return [
      {
        ...told,
        outcome: 'critical',
        detail: `${detail}, the last ${failures} failed; "backup-admin history --database ${subject}" says why.`,
      },
    ];
  const isBad = failures > 0 || (recent.length >= FEWEST_FOR_A_RATE && rate < RATE_WANTED);
  const what = failures > 0 ? ', the last one failed' : '';
  return [
    isBad
      ? {
          ...told,
          outcome: 'warning',
          detail: `${detail}${what}; "backup-admin history --database ${subject}" says why.`,
        }
      : { ...told, outcome: 'ok', detail: `${detail}.` },
  ];
}

/** The last good backup against the schedule that promises the most. */
function judgeAge(
  subject: string,
  { good }: DatabaseMemory,
  { schedules, nowMs }: Signs,
  limits: Limits,
): readonly Check[] {
  if (!limits.schedulesFire) return [];
  const lastMs = timeOf(good[0]?.at);
  const promises = schedules
    .filter((sign) => isBackup(sign) && sign.databases.includes(subject))
    .flatMap(({ schedule, intervalMs }) => {
      if (intervalMs === undefined) return [];
      const toleranceMs = schedule.toleranceMs ?? limits.toleranceMs;
      const sinceMs = timeOf(schedule.activeSince ?? schedule.updatedAt) ?? nowMs;
      // What was due before the schedule was there is not owed.
      const ageMs = nowMs - Math.max(lastMs ?? 0, lastMs === undefined ? sinceMs : 0);
      const slackMs = toleranceMs + schedule.jitterMs;
      return [{ id: schedule.id, intervalMs, slackMs, ageMs, lateMs: ageMs - intervalMs - slackMs }];
    });
  const worst = promises.toSorted((a, b) => b.lateMs - a.lateMs)[0];
  if (!worst) return [];
  const age = formatDuration(roundToMinutes(worst.ageMs));
  const told = { check: 'backup.age', subject };
  if (worst.lateMs <= 0)
    return [{ ...told, outcome: 'ok', detail: lastMs === undefined ? 'None is due yet.' : `${age} old.` }];
  const what =
    lastMs === undefined
      ? `${subject} has no good backup`
      : `The last good backup of ${subject} is ${age} old`;
  return [
    {
      ...told,
      outcome: worst.lateMs > worst.intervalMs ? 'critical' : 'warning',
      detail: `${what}, and schedule ${worst.id} promises one every ${formatDuration(worst.intervalMs)}; see whether it fires ("backup-admin schedules next") and why its runs fail.`,
    },
  ];
}

function judgeProof(
  subject: string,
  { proven, firstGoodAt }: DatabaseMemory,
  { schedules, nowMs }: Signs,
  { drillEveryMs }: Limits,
): readonly Check[] {
  const drills = schedules.flatMap(({ schedule, databases, intervalMs }) =>
    schedule.enabled && schedule.action === 'drill' && databases.includes(subject) && intervalMs !== undefined
      ? [intervalMs]
      : [],
  );
  const everyMs = Math.min(...drills, ...(drillEveryMs > 0 ? [drillEveryMs] : []));
  const sinceMs = timeOf(proven?.at ?? firstGoodAt);
  if (!Number.isFinite(everyMs) || sinceMs === undefined) return [];
  const ageMs = nowMs - sinceMs;
  const age = formatDuration(roundToMinutes(ageMs));
  const told = { check: 'backup.proof', subject };
  if (ageMs <= everyMs * DRILL_SLACK)
    return [{ ...told, outcome: 'ok', detail: proven ? `Proven ${age} ago.` : 'None is due yet.' }];
  const what = proven
    ? `The last backup of ${subject} that was proven by a drill was so ${age} ago`
    : `No backup of ${subject} was ever proven by a drill`;
  return [
    {
      ...told,
      outcome: 'warning',
      detail: `${what}, and one is promised every ${formatDuration(everyMs)}; see whether a validator runs, or drill now: backup-admin validate --level restore.`,
    },
  ];
}

const roundToMinutes = (ms: number): number => Math.round(ms / 60_000) * 60_000;
