import { failureOf } from '@holdfast/contracts';
import { migrate, readPosition } from '@holdfast/database';
import type { HistoryDependencies } from '../dependencies.ts';
import { checkStream } from '../project/check-stream.ts';
import { createReadModel } from '../rebuild/create-read-model.ts';

/** Whether the read model can be written. An outage is logged when it begins and when it ends, not at each of its moments. */
export interface Availability {
  /** Migrates and looks whether the stream is the one it was: at the start and after each failure. */
  ensureReady(): Promise<void>;
  failed(error: unknown): void;
  succeeded(): void;
  /** For the readiness check: throws with the reason. */
  check(): Promise<void>;
}

export function watchAvailability(deps: HistoryDependencies): Availability {
  let ready: Promise<void> | undefined;
  let outage: string | undefined;

  const prepare = async (): Promise<void> => {
    const applied = await migrate(deps.db);
    if (applied.length > 0) deps.log.info({ applied }, 'the schema was brought to this release');
    await createReadModel(deps);
    await checkStream(deps, new AbortController().signal);
  };
  return {
    ensureReady: () => {
      if (ready) return ready;
      const attempt = prepare();
      ready = attempt;
      // Who asked is told; who asks next starts anew.
      attempt.catch(() => {
        if (ready === attempt) ready = undefined;
      });
      return attempt;
    },
    failed: (error) => {
      // Whatever comes back after an outage may be another database, or an older one.
      ready = undefined;
      const failure = failureOf(error);
      if (outage === failure.code) return;
      outage = failure.code;
      deps.log.error({ err: error, failure }, 'events cannot be projected; they wait in the stream');
    },
    succeeded: () => {
      if (outage !== undefined) deps.log.info('events are projected again');
      outage = undefined;
    },
    check: async () => {
      await readPosition(deps.db, deps.stream);
      if (outage !== undefined) throw new Error(`events wait: ${outage}`);
    },
  };
}
