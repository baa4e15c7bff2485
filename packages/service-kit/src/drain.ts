import type { Logger } from './logger.ts';

/** In this order: nobody sends us anything, we take nothing, we finish what we have, then let go of what it needed. */
const PHASES = ['readiness', 'pause', 'stop-pulling', 'http', 'in-flight', 'bus', 'pools'] as const;
export type DrainPhase = (typeof PHASES)[number];

type Step = { readonly name: string; readonly run: () => Promise<void> | void };

/** The ordered end of a service. Every step runs, whatever becomes of the others; within a phase the last added goes first. */
export class Drain {
  readonly #steps = new Map<DrainPhase, Step[]>(PHASES.map((phase) => [phase, []]));
  readonly #logger: Pick<Logger, 'error'>;
  #running: Promise<void> | undefined;

  constructor(logger: Pick<Logger, 'error'>) {
    this.#logger = logger;
  }

  add(phase: DrainPhase, name: string, run: () => Promise<void> | void): void {
    this.#steps.get(phase)?.unshift({ name, run });
  }

  /** Safe to call again: the second caller waits for the same end. */
  run(): Promise<void> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<void> {
    for (const phase of PHASES) {
      for (const step of this.#steps.get(phase) ?? []) {
        try {
          await step.run();
        } catch (error) {
          this.#logger.error({ err: error, phase, step: step.name }, 'a step of the drain failed');
        }
      }
    }
  }
}
