import type { Bucket } from '@holdfast/bus';
import { failureOf, type Alert } from '@holdfast/contracts';
import { noticeEvent } from '../deliver/notice-event.ts';
import type { Tell } from '../deliver/telling.ts';
import { linkTo } from '../payload/link.ts';
import { reminderOf } from '../payload/notices.ts';
import { planReminder } from '../routes/plan-deliveries.ts';
import type { Route } from '../routes/route.ts';
import { isReminderDue } from './judge-alert.ts';

export type Reminding = {
  readonly alerts: Bucket<Alert>;
  readonly routes: readonly Route[];
  readonly tell: Tell;
  readonly remindMs: number;
  readonly consoleUrl: string | undefined;
  readonly now: () => Date;
};

/** Tells again of every problem that lasts. Replicas may do it at once: a reminder's number makes its id. */
export async function remindOnce(deps: Reminding): Promise<void> {
  const now = deps.now();
  for (const { key, value, revision } of await deps.alerts.entries()) {
    if (!isReminderDue(value, Date.parse(value.lastToldAt), now.getTime(), deps.remindMs)) continue;
    const reminders = value.reminders + 1;
    const payload = reminderOf(value, now.toISOString(), linkTo(deps.consoleUrl, undefined));
    const id = `reminder:${value.problem}:${value.openedAt}:${reminders}`;
    await deps.tell(planReminder(value, payload, deps.routes), { event: noticeEvent(id, payload) });
    // Another replica or a new failure was quicker: then it says how things are.
    await deps.alerts.update(key, { ...value, reminders, lastToldAt: now.toISOString() }, revision);
  }
}

/** Every `everyMs`; while the bus is away nothing is known of what lasts. */
export function keepReminding(
  deps: Reminding,
  everyMs: number,
  onProblem: (error: unknown, doing: string) => void,
): { stop(): Promise<void> } {
  let going = Promise.resolve();
  const timer = setInterval(() => {
    going = going.then(() =>
      remindOnce(deps).catch((error: unknown) => {
        if (failureOf(error).code !== 'bus_unavailable') onProblem(error, 'reminding of what lasts');
      }),
    );
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await going;
    },
  };
}
