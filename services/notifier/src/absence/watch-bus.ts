import { nextDueAt } from '@holdfast/schedule-rules';
import { noticeEvent } from '../deliver/notice-event.ts';
import { linkTo } from '../payload/link.ts';
import { planDeliveries } from '../routes/plan-deliveries.ts';
import { judgeBus } from './judge-bus.ts';
import { busAwayNotice, busBackNotice, type Coming } from './notices.ts';
import { planExpectations } from './plan-expectations.ts';
import type { Outages } from './outages.ts';
import type { WatchDependencies } from './watch.ts';

const DAY_MS = 86_400_000;

export type WatchBusDependencies = WatchDependencies & {
  /** To be told when an outage is over, before anybody is. */
  readonly endOutage: Outages['end'];
};

/** Tells once that the bus is away, and once that it is back. `sinceMs`: when it became as it is. */
export async function watchBus(deps: WatchBusDependencies, sinceMs: number, graceMs: number): Promise<void> {
  const { memory, routes } = deps;
  const nowMs = deps.now().getTime();
  const { busAway, outage = 0 } = memory.current();
  const link = linkTo(deps.consoleUrl, undefined);
  const isConnected = deps.isCurrent() !== undefined;
  switch (judgeBus({ isConnected, sinceMs, nowMs, graceMs, isTold: busAway !== undefined })) {
    case 'nothing':
      return;
    case 'tell-away': {
      const id = `bus:${outage}`;
      const payload = busAwayNotice(sinceMs, nowMs, comingOf(deps, nowMs), link);
      await deps.tell(planDeliveries(payload, routes), { event: noticeEvent(id, payload) });
      memory.change((before) => ({ ...before, busAway: { sinceMs, toldAt: payload.at, id, outage } }));
      break;
    }
    case 'tell-back': {
      if (!busAway) return;
      const payload = busBackNotice(busAway.sinceMs, nowMs, link);
      const ended = {
        problem: 'bus',
        isOpen: true,
        about: 'bus',
        severity: 'critical',
        title: 'NATS could not be reached',
        openedAt: new Date(busAway.sinceMs).toISOString(),
        failures: 1,
        lastToldAt: busAway.toldAt,
        reminders: 0,
        sequence: 0,
      } as const;
      await deps.endOutage(busAway.outage, { ...ended, isOpen: false, closedAt: payload.at });
      await deps.tell(planDeliveries(payload, routes, ended), {
        event: noticeEvent(`${busAway.id}:back`, payload),
      });
      memory.change((before) => ({ ...before, busAway: undefined }));
    }
  }
  await memory.save();
}

/** What is due within a day. */
function comingOf(deps: WatchDependencies, nowMs: number): Coming {
  let coming: Coming = { backups: 0, drills: 0, nextMs: undefined };
  for (const { schedule, action } of planExpectations(deps.memory.current(), nowMs)) {
    try {
      const dueMs = nextDueAt(schedule, new Date(nowMs))?.getTime();
      if (dueMs === undefined || dueMs > nowMs + DAY_MS) continue;
      coming = {
        backups: coming.backups + (action === 'backup' ? 1 : 0),
        drills: coming.drills + (action === 'drill' ? 1 : 0),
        nextMs: Math.min(dueMs, coming.nextMs ?? dueMs),
      };
    } catch (error) {
      deps.onProblem(error, `looking when ${schedule.id} is due`);
    }
  }
  return coming;
}
