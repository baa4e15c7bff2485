import { failureOf, progressSchema, type Envelope, type Progress } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';

/** One thing that happened, written out once for all who watch. */
export type FeedItem =
  | { readonly kind: 'event'; readonly sequence: number; readonly event: Envelope; readonly text: string }
  | {
      readonly kind: 'progress';
      readonly progress: Progress;
      readonly database: string | undefined;
      readonly text: string;
    };

export type Listener = (item: FeedItem) => void;

export interface EventFeed {
  /** Whatever happens from now on; answers how to stop. Throws bus_unavailable. */
  subscribe(listener: Listener): Promise<() => void>;
  /** How many listen. */
  readonly size: () => number;
}

/** Runs whose database is remembered. */
const MOST_RUNS = 1_000;

/**
 * One reader of the stream and one of the progress for all who watch here: a thousand clients cost the bus as much as one. It
 * begins with the first and ends with the last.
 */
export function openEventFeed(deps: Pick<GatewayDependencies, 'bus' | 'runs' | 'log'>): EventFeed {
  const listeners = new Set<Listener>();
  let running: { readonly stop: AbortController; readonly ready: Promise<void> } | undefined;
  const tell = (item: FeedItem): void => {
    for (const listener of listeners) listener(item);
  };

  function start(): NonNullable<typeof running> {
    const stop = new AbortController();
    const begin = async (): Promise<void> => {
      const { lastSequence } = await deps.bus.eventsInfo();
      const ended = (doing: string) => (error: unknown) => {
        if (!stop.signal.aborted) deps.log.warn({ failure: failureOf(error) }, doing);
      };
      followEvents(deps, lastSequence + 1, stop.signal, tell)
        .catch(ended('following the events'))
        // Who watches connects again, and the next one begins anew.
        .finally(() => {
          if (running?.stop === stop) running = undefined;
        });
      followProgress(deps, stop.signal, tell).catch(ended('following progress'));
    };
    return { stop, ready: begin() };
  }

  return {
    size: () => listeners.size,
    subscribe: async (listener) => {
      listeners.add(listener);
      const leave = (): void => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        running?.stop.abort();
        running = undefined;
      };
      try {
        running ??= start();
        await running.ready;
      } catch (error) {
        running = undefined;
        leave();
        throw error;
      }
      return leave;
    },
  };
}

async function followEvents(
  { bus }: Pick<GatewayDependencies, 'bus'>,
  from: number,
  signal: AbortSignal,
  tell: Listener,
): Promise<void> {
  for await (const { sequence, event, retryFor } of bus.readEvents(from, { signal })) {
    // A retry is nothing that happened.
    if (event && retryFor === undefined) tell(eventItem(sequence, event));
  }
}

async function followProgress(
  { bus, runs }: Pick<GatewayDependencies, 'bus' | 'runs'>,
  signal: AbortSignal,
  tell: Listener,
): Promise<void> {
  const databases = new Map<string, string | undefined>();
  for await (const { payload } of bus.listen('progress.*', signal)) {
    const progress = progressSchema.safeParse(payload).data;
    if (!progress) continue;
    const { run } = progress;
    if (!databases.has(run)) {
      databases.set(run, (await runs.get(run).catch(() => undefined))?.database);
      const [oldest] = databases.keys();
      if (databases.size > MOST_RUNS && oldest !== undefined) databases.delete(oldest);
    }
    const text = `event: progress\ndata: ${JSON.stringify(progress)}\n\n`;
    tell({ kind: 'progress', progress, database: databases.get(run), text });
  }
}

/** As it goes over the wire. JSON has no line breaks, and a type none either. */
export const eventItem = (sequence: number, event: Envelope): FeedItem => ({
  kind: 'event',
  sequence,
  event,
  text: `id: ${sequence}\nevent: ${event.type.replaceAll(/[\r\n]/g, '')}\ndata: ${JSON.stringify(event)}\n\n`,
});
