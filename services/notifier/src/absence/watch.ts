import { HoldfastError } from '@holdfast/contracts';
import type { Repository } from '@holdfast/engine';
import { beginTimeMs, nextDueAt } from '@holdfast/schedule-rules';
import { isReminderDue } from '../alerts/judge-alert.ts';
import { noticeEvent } from '../deliver/notice-event.ts';
import type { Tell } from '../deliver/telling.ts';
import type { MemoryFile } from '../memory/memory-file.ts';
import { successKey } from '../memory/success-key.ts';
import { linkTo } from '../payload/link.ts';
import type { Payload } from '../payload/payload.ts';
import { planDeliveries, planReminder } from '../routes/plan-deliveries.ts';
import type { Route } from '../routes/route.ts';
import { judgeAbsence, type Absence } from './judge-absence.ts';
import { lookAtManifests } from './look-at-manifests.ts';
import { absenceNotice, absenceOver, absenceReminder } from './notices.ts';
import { expectationKey, lastSuccessMs, planExpectations, type Expectation } from './plan-expectations.ts';

export type WatchDependencies = {
  readonly memory: MemoryFile;
  readonly routes: readonly Route[];
  readonly tell: Tell;
  readonly openRepository: () => Promise<Repository>;
  /** Undefined: the bus cannot be reached. Else whether all that it has is in the memory. */
  readonly isCurrent: () => boolean | undefined;
  readonly now: () => Date;
  readonly toleranceMs: number;
  readonly remindMs: number;
  readonly consoleUrl: string | undefined;
  readonly onProblem: (error: unknown, doing: string) => void;
};

/** Looks once at all that is expected, and tells what did not come, what lasts and what is there after all. */
export async function watchOnce(deps: WatchDependencies): Promise<void> {
  const { memory } = deps;
  const current = deps.isCurrent();
  // What is not read yet may be the very success that is waited for.
  if (current === false) return;
  const nowMs = deps.now().getTime();
  const expectations = planExpectations(memory.current(), nowMs);
  for (const expectation of expectations) {
    const absence = absenceOf(deps, expectation, nowMs);
    const key = expectationKey(expectation);
    const told = memory.current().absences[key];
    if (absence && !told) await open(deps, key, expectation, absence, nowMs, current);
    else if (!absence && told) await close(deps, key, nowMs);
    else if (told) await remind(deps, key, nowMs);
  }
  const expected = new Set(expectations.map(expectationKey));
  for (const key of Object.keys(memory.current().absences))
    // Switched off, removed or forgotten: no longer a problem, and no success either.
    if (!expected.has(key)) forget(memory, key);
  await memory.save();
}

/** An expectation against the clock; undefined: fine so far. */
export function absenceOf(
  deps: Pick<WatchDependencies, 'memory' | 'toleranceMs' | 'onProblem'>,
  expectation: Expectation,
  nowMs: number,
): Absence | undefined {
  const { schedule, database } = expectation;
  try {
    return judgeAbsence({
      nowMs,
      sinceMs: Date.parse(schedule.updatedAt),
      lastSuccessMs: lastSuccessMs(expectation, deps.memory.current().successes),
      toleranceMs: schedule.toleranceMs ?? deps.toleranceMs,
      nextDueMs: (afterMs) => nextDueAt(schedule, new Date(afterMs))?.getTime(),
      beginMs: (dueMs) => beginTimeMs(schedule, dueMs, database ?? ''),
    });
  } catch (cause) {
    // One schedule that cannot be read must not hide the absence of the others.
    deps.onProblem(
      new HoldfastError('schedule_invalid', `Schedule ${schedule.id} is not watched.`, { cause }),
      'watching',
    );
    return undefined;
  }
}

async function open(
  deps: WatchDependencies,
  key: string,
  expectation: Expectation,
  absence: Absence,
  nowMs: number,
  current: boolean | undefined,
): Promise<void> {
  const { memory } = deps;
  const { schedule, action, database } = expectation;
  const known = lastSuccessMs(expectation, memory.current().successes);
  const looked = await lookAtManifests(deps.openRepository, expectation, absence.dueMs, known);
  if (looked.kind === 'found') {
    const success = successKey({
      kind: 'backup',
      database: database ?? '',
      type: looked.type,
      schedule: schedule.id,
    });
    memory.change((before) => ({
      ...before,
      successes: { ...before.successes, [success]: looked.createdMs },
    }));
    return;
  }
  // With neither bus nor repository nobody can tell; that the bus is away is told on its own.
  if (looked.kind === 'unknown' && current === undefined) return;
  const payload = absenceNotice(expectation, absence, looked, {
    lastSuccessMs: known,
    nowMs,
    link: linkTo(deps.consoleUrl, undefined),
  });
  const dueAt = new Date(absence.dueMs).toISOString();
  await tell(deps, `absence:${key}:${dueAt}`, payload);
  memory.change((before) => ({
    ...before,
    absences: {
      ...before.absences,
      [key]: {
        schedule: schedule.id,
        action,
        ...(database === undefined ? {} : { database }),
        dueAt,
        openedAt: new Date(absence.overdueSinceMs).toISOString(),
        reminders: 0,
        lastToldAt: payload.at,
        title: payload.title,
        severity: payload.severity,
      },
    },
  }));
}

async function close(deps: WatchDependencies, key: string, nowMs: number): Promise<void> {
  const told = deps.memory.current().absences[key];
  if (!told) return;
  const payload = absenceOver(told, nowMs, linkTo(deps.consoleUrl, undefined));
  const ended = {
    problem: payload.problem ?? key,
    isOpen: true,
    about: 'absence',
    severity: told.severity,
    ...(told.database === undefined ? {} : { database: told.database }),
    title: told.title,
    openedAt: told.openedAt,
    failures: 1,
    lastToldAt: told.lastToldAt,
    reminders: told.reminders,
    sequence: 0,
  };
  await deps.tell(planDeliveries(payload, deps.routes, ended), {
    event: noticeEvent(`absence:${key}:${told.dueAt}:over`, payload),
  });
  forget(deps.memory, key);
}

async function remind(deps: WatchDependencies, key: string, nowMs: number): Promise<void> {
  const told = deps.memory.current().absences[key];
  if (!told || !isReminderDue({ isOpen: true }, Date.parse(told.lastToldAt), nowMs, deps.remindMs)) return;
  const payload = absenceReminder(told, nowMs, linkTo(deps.consoleUrl, undefined));
  const reminders = told.reminders + 1;
  const planned = planReminder({ ...told, about: 'absence' }, payload, deps.routes);
  await deps.tell(planned, { event: noticeEvent(`absence:${key}:${told.dueAt}:${reminders}`, payload) });
  deps.memory.change((before) => ({
    ...before,
    absences: { ...before.absences, [key]: { ...told, reminders, lastToldAt: payload.at } },
  }));
}

const tell = (
  deps: Pick<WatchDependencies, 'tell' | 'routes'>,
  id: string,
  payload: Payload,
): Promise<void> => deps.tell(planDeliveries(payload, deps.routes), { event: noticeEvent(id, payload) });

function forget(memory: MemoryFile, key: string): void {
  memory.change((before) => {
    const { [key]: _, ...absences } = before.absences;
    return { ...before, absences };
  });
}
