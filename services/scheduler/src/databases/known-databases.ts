import type { Bucket, Bus } from '@holdfast/bus';
import {
  failureOf,
  knownDatabaseSchema,
  presenceSchema,
  type KnownDatabase,
  type Presence,
} from '@holdfast/contracts';
import type { Clock } from '../clock.ts';
import type { SchedulerDependencies } from '../dependencies.ts';
import { decideDatabases } from './decide.ts';

const EVERY_MS = 10_000;

export type KnownDatabases = {
  /** Ids, sorted. */
  current(): readonly string[];
  /** Looks now, and keeps looking. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** What patterns mean: the databases of the workers that are there, and for a week those of the ones that were. */
export async function openKnownDatabases(
  deps: { readonly bus: Bus; readonly clock: Clock; readonly log: SchedulerDependencies['log'] },
  onChange: () => void,
): Promise<KnownDatabases> {
  const presence: Bucket<Presence> = await deps.bus.bucket('presence', presenceSchema);
  const databases: Bucket<KnownDatabase> = await deps.bus.bucket('databases', knownDatabaseSchema);
  const stopping = new AbortController();
  let ids: readonly string[] = [];
  let looping: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const [present, stored] = await Promise.all([presence.entries(), databases.entries()]);
    const revisions = new Map(stored.map(({ key, revision }) => [key, revision]));
    const decision = decideDatabases({
      present: present.flatMap(({ value }) => value.databases),
      stored: new Map(stored.map(({ key, value }) => [key, value])),
      nowMs: deps.clock.now(),
    });
    if (decision.known.join() !== ids.join()) {
      ids = decision.known;
      onChange();
    }
    for (const { id, value } of decision.write) {
      const revision = revisions.get(id);
      // Another replica that was first wrote the same.
      if (revision === undefined) await databases.create(id, value);
      else await databases.update(id, value, revision);
    }
  }
  return {
    current: () => ids,
    start: async () => {
      await look();
      looping = (async () => {
        for (;;) {
          await deps.clock.wait(EVERY_MS, stopping.signal);
          if (stopping.signal.aborted) return;
          await look().catch((error: unknown) =>
            deps.log.warn({ failure: failureOf(error) }, 'could not look which databases there are'),
          );
        }
      })();
    },
    stop: async () => {
      stopping.abort();
      await looping;
    },
  };
}
