import { failureOf, type Schedule, type ScheduleState } from '@holdfast/contracts';
import type { Followed } from '../follow-bucket.ts';
import { fireSchedule, type FireDependencies } from './fire-schedule.ts';
import { nextLook } from './next-look.ts';

/** No timer is trusted longer: the clock may have been set meanwhile. */
const LONGEST_WAIT_MS = 15_000;
/** Without NATS nothing can be fired; what is due is fired when it is back. */
const OFFLINE_WAIT_MS = 1_000;
const AGAIN_MS = 2_000;
const AT_ONCE = 32;

export type Firing = {
  /** The schedule or its state may have changed. */
  look(id: string): void;
  lookAtAll(): void;
  /** Ends when what was begun is done. */
  stop(): Promise<void>;
};

export type FiringDependencies = FireDependencies & {
  readonly followed: () => Pick<Followed<Schedule>, 'entries'>;
  readonly followedStates: () => Pick<Followed<ScheduleState>, 'entries'>;
};

/** Looks at each schedule when it is due, however many there are, and never at one twice at the same time. */
export function runFiring(deps: FiringDependencies): Firing {
  const { clock, log } = deps;
  const looks = new Map<string, number>();
  const unlooked = new Set<string>();
  const firing = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let wake = new AbortController();
  let lastNowMs = -Infinity;

  const look = (id: string): void => {
    unlooked.add(id);
    wake.abort();
  };
  const lookAtAll = (): void => {
    for (const id of deps.followed().entries.keys()) unlooked.add(id);
    wake.abort();
  };

  function plan(nowMs: number): void {
    // A clock that went back: what was reckoned from the future may be too late.
    if (nowMs < lastNowMs) lookAtAll();
    lastNowMs = nowMs;
    for (const id of unlooked) {
      if (firing.has(id)) continue;
      unlooked.delete(id);
      const schedule = deps.followed().entries.get(id)?.value;
      const atMs = schedule && lookOf(schedule, nowMs);
      if (atMs === undefined) looks.delete(id);
      else looks.set(id, atMs);
    }
  }
  function lookOf(schedule: Schedule, nowMs: number): number | undefined {
    try {
      const state = deps.followedStates().entries.get(schedule.id)?.value;
      return nextLook(schedule, state, deps.knownDatabases(), nowMs, deps.worker);
    } catch (error) {
      log.error({ schedule: schedule.id, failure: failureOf(error) }, 'this schedule cannot fire; change it');
      return undefined;
    }
  }
  function begin(nowMs: number): void {
    for (const [id, atMs] of looks) {
      if (firing.size >= AT_ONCE) return;
      if (atMs > nowMs || firing.has(id)) continue;
      looks.delete(id);
      firing.set(id, fireOne(id));
    }
  }
  async function fireOne(id: string): Promise<void> {
    try {
      const atMs = await fireSchedule(deps, id);
      if (atMs !== undefined) looks.set(id, atMs);
    } catch (error) {
      log.warn({ schedule: id, failure: failureOf(error) }, 'could not fire; trying again');
      looks.set(id, clock.now() + AGAIN_MS);
    } finally {
      firing.delete(id);
      wake.abort();
    }
  }

  const looping = (async () => {
    while (!stopping.signal.aborted) {
      wake = new AbortController();
      const nowMs = clock.now();
      plan(nowMs);
      let waitMs = OFFLINE_WAIT_MS;
      if (deps.bus.isConnected()) {
        begin(nowMs);
        const next = firing.size >= AT_ONCE ? Infinity : earliest(looks);
        waitMs = Math.min(LONGEST_WAIT_MS, Math.max(0, next - nowMs));
      }
      await clock.wait(waitMs, AbortSignal.any([stopping.signal, wake.signal]));
    }
    await Promise.all(firing.values());
  })();

  return {
    look,
    lookAtAll,
    stop: async () => {
      stopping.abort();
      await looping;
    },
  };
}

/** Thousands do not fit the arguments of Math.min. */
function earliest(looks: ReadonlyMap<string, number>): number {
  let leastMs = Infinity;
  for (const atMs of looks.values()) if (atMs < leastMs) leastMs = atMs;
  return leastMs;
}
