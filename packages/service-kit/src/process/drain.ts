import type { Logger } from '../log/logger.ts';

/** In this order. Each exists so that nothing new arrives at what is closed next. */
export const drainPhases = [
  'readiness',
  'pause',
  'stop-pulling',
  'http',
  'in-flight',
  'bus',
  'pools',
] as const;
export type DrainPhase = (typeof drainPhases)[number];

/** Under the 25 s after which runService gives up, so that the log can still name the step that hung. */
const DEADLINE_MS = 22_000;

type Step = {
  readonly phase: DrainPhase;
  readonly name: string;
  readonly fn: () => Promise<void> | void;
};

/** The way down of a process: steps are added as resources are opened, and run once, phase by phase. */
export class Drain {
  readonly #steps: Step[] = [];
  readonly #log: Pick<Logger, 'error' | 'debug'>;
  #running: Promise<void> | undefined;

  constructor(log: Pick<Logger, 'error' | 'debug'>) {
    this.#log = log;
  }

  /** Within a phase what was added last runs first, as it may need what was opened before it. */
  add(phase: DrainPhase, name: string, fn: () => Promise<void> | void): void {
    this.#steps.push({ phase, name, fn });
  }

  /**
   * Runs every step even if some fail; failures are logged, never thrown. A step that outlives `deadlineMs` [22 s] is left
   * behind, and the rest get a moment each. Idempotent: later calls wait for the first.
   */
  run(deadlineMs = DEADLINE_MS): Promise<void> {
    this.#running ??= this.#runAll(performance.now() + deadlineMs);
    return this.#running;
  }

  async #runAll(deadline: number): Promise<void> {
    for (const phase of drainPhases) {
      for (const step of this.#steps.filter((each) => each.phase === phase).toReversed()) {
        await this.#runStep(step, Math.max(GRACE_MS, deadline - performance.now()));
      }
    }
  }

  async #runStep({ phase, name, fn }: Step, limitMs: number): Promise<void> {
    const began = performance.now();
    try {
      await within(limitMs, async () => fn());
      this.#log.debug({ phase, step: name, durationMs: Math.round(performance.now() - began) }, 'drained');
    } catch (error) {
      this.#log.error({ err: error, phase, step: name }, 'a step of the drain failed; the others go on');
    }
  }
}

/** What is left for a step when the deadline has passed: enough to close a socket. */
const GRACE_MS = 100;

async function within(limitMs: number, work: () => Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`not done within ${Math.round(limitMs)} ms, left behind`)),
    limitMs,
  );
  try {
    await Promise.race([work(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
