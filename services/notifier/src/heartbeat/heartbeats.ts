import { setTimeout as delay } from 'node:timers/promises';
import type { KnownEvent } from '../memory/known-event.ts';
import { hostOf } from '../channels/host-of.ts';
import { post } from '../channels/post.ts';
import type { Memory } from '../memory/memory.ts';
import { planHeartbeat } from './plan-heartbeat.ts';

/** What is older says nothing about now: after a long sleep the watcher outside knows already. */
const FRESH_MS = 3_600_000;
const PAUSES_MS = [0, 2_000, 10_000, 60_000];
const endings = { start: '/start', success: '', fail: '/fail' } as const;

export type HeartbeatDependencies = {
  readonly urls: ReadonlyMap<string, string>;
  readonly allowPrivate: boolean;
  readonly now: () => Date;
  readonly onProblem: (error: unknown, doing: string) => void;
};

/**
 * Pings watchers as healthchecks.io wants it. A ping that is lost makes the watcher alert, which is the safe side; so pings
 * are not kept, and each replica sends its own.
 */
export function openHeartbeats(deps: HeartbeatDependencies): {
  beat(memory: Memory, event: KnownEvent): void;
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  const { signal } = stopping;
  const going = new Set<Promise<void>>();
  const last = new Map<string, Promise<void>>();

  async function ping(url: string): Promise<void> {
    let problem: unknown;
    for (const pauseMs of PAUSES_MS) {
      await delay(pauseMs, undefined, { signal });
      try {
        await post({
          url,
          method: 'GET',
          allowPrivate: deps.allowPrivate,
          signal,
          target: `the heartbeat at ${hostOf(url)}`,
        });
        return;
      } catch (error) {
        problem = error;
      }
    }
    throw problem;
  }

  return {
    beat: (memory, event) => {
      const planned = deps.urls.size === 0 ? undefined : planHeartbeat(memory, event);
      const url = planned && deps.urls.get(planned.schedule);
      if (!planned || url === undefined || deps.now().getTime() - Date.parse(event.time) > FRESH_MS) return;
      // In order for each schedule: a start that comes after its success would look like a run that hangs.
      const before = last.get(planned.schedule) ?? Promise.resolve();
      const pinging = before
        .then(() => ping(`${url.replace(/\/+$/, '')}${endings[planned.kind]}`))
        .catch((error: unknown) => {
          if (!signal.aborted) deps.onProblem(error, `the heartbeat of schedule ${planned.schedule}`);
        })
        .finally(() => going.delete(pinging));
      last.set(planned.schedule, pinging);
      going.add(pinging);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(going);
    },
  };
}
