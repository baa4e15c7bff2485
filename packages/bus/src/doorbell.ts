import type { Connection } from './connection.ts';
import { translate } from './errors.ts';

/** A ring can be lost while a cluster settles; so one looks again anyway, this often. */
const LOOK_AGAIN_MS = 5_000;

/** Rings when something was stored; also after a reconnect, as rings may have been missed. Rings are remembered, not counted. */
export interface Doorbell {
  /** Resolves at once if it rang since the last wait; else at the next ring, after `limitMs` at the latest, or when the signal aborts. */
  wait(limitMs?: number): Promise<void>;
  close(): void;
}

export function openDoorbell(
  connection: Connection,
  subjects: readonly string[],
  signal: AbortSignal | undefined,
): Doorbell {
  let rang = false;
  let broken: Error | undefined;
  let wake: (() => void) | undefined;
  const ring = (): void => {
    rang = true;
    wake?.();
  };
  const subscriptions = subjects.map((subject) =>
    connection.nats.subscribe(subject, {
      callback: (error) => {
        if (error) broken = translate(error, `listening at ${subject}`);
        ring();
      },
    }),
  );
  const forget = connection.onReconnect(ring);

  return {
    wait: async (limitMs = LOOK_AGAIN_MS) => {
      if (!rang && !signal?.aborted) {
        const woken = Promise.withResolvers<void>();
        wake = woken.resolve;
        const timer = setTimeout(woken.resolve, limitMs);
        signal?.addEventListener('abort', wake, { once: true });
        await woken.promise;
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        wake = undefined;
      }
      rang = false;
      if (broken) throw broken;
    },
    close: () => {
      forget();
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
