import { createInbox, type Msg } from 'nats';
import { inboxPrefixOf } from './inbox.ts';
import type { Link } from './link.ts';
import { settledWithin } from './settled-within.ts';

const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 5_000;
const NS_PER_MS = 1_000_000;
/** How long a stopped pull waits for the server's word that nothing more is on its way. */
const FLUSH_MS = 2_000;

/**
 * `done`: the batch is full, or the request's time is over. `missing`: the consumer is gone. `broken`: the connection
 * was lost, or the server fell silent or gave the request back: wait a moment before the next.
 */
export type PullEnd = 'done' | 'missing' | 'broken';

export interface Pull {
  readonly ended: Promise<PullEnd>;
  /** Asks for no more; resolves when what was already on its way has arrived. */
  stop(): Promise<void>;
}

/**
 * One request for up to `batch` messages of a pull consumer; each comes the moment it is stored. With `only: 'stored'` it is
 * done as soon as there is none.
 */
export function pull(
  link: Link,
  consumer: { readonly stream: string; readonly name: string; readonly only?: 'stored' },
  batch: number,
  onMessage: (message: Msg) => void,
): Pull {
  const { promise: ended, resolve } = Promise.withResolvers<PullEnd>();
  let received = 0;
  let silence: NodeJS.Timeout | undefined;
  const inbox = createInbox(inboxPrefixOf(link.name));
  const stillHeard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => end('broken'), HEARTBEAT_MS * 2 + 1_000);
  };
  const subscription = link.connection.subscribe(inbox, {
    callback: (error, message) => {
      if (error) {
        link.report(error);
        return end('broken');
      }
      stillHeard();
      const status = message.headers?.code ?? 0;
      if (status !== 0 && message.data.length === 0 && !message.reply?.startsWith('$JS.ACK')) {
        if (status !== 100) end(endOf(status, message.headers?.description ?? ''));
        return undefined;
      }
      received += 1;
      onMessage(message);
      if (received >= batch) end('done');
      return undefined;
    },
  });
  const stopListening = link.onDisconnect(() => end('broken'));
  const end = (reason: PullEnd): void => {
    clearTimeout(silence);
    stopListening();
    // A full batch has nothing more to come; anything else may be overtaken by a message.
    if (reason === 'done' && received >= batch) subscription.unsubscribe();
    else if (!subscription.isClosed() && !subscription.isDraining()) void drain();
    resolve(reason);
  };
  const drain = (): Promise<void> => {
    if (!link.isConnected()) {
      subscription.unsubscribe();
      return Promise.resolve();
    }
    return subscription.drain().catch((error: unknown) => {
      if (link.isConnected()) link.report(error instanceof Error ? error : new Error(String(error)));
    });
  };

  stillHeard();
  link.connection.publish(
    `$JS.API.CONSUMER.MSG.NEXT.${consumer.stream}.${consumer.name}`,
    JSON.stringify({
      batch,
      ...(consumer.only === 'stored'
        ? { no_wait: true }
        : { expires: EXPIRES_MS * NS_PER_MS, idle_heartbeat: HEARTBEAT_MS * NS_PER_MS }),
    }),
    { reply: inbox },
  );
  return {
    ended,
    stop: async () => {
      const flushed = subscription.isClosed() ? Promise.resolve() : drain();
      end('done');
      await settledWithin([flushed], FLUSH_MS);
    },
  };
}

/** 404, 408: nothing came in time. 409: the consumer was deleted, or the server gives the request back. 503: no consumer. */
function endOf(status: number, description: string): PullEnd {
  if (status === 503 || /consumer deleted/i.test(description)) return 'missing';
  return status === 404 || status === 408 ? 'done' : 'broken';
}
