import { setTimeout as delay } from 'node:timers/promises';
import type { Bucket, Bus } from '@holdfast/bus';
import { catalogueEntrySchema, type CatalogueEntry } from '@holdfast/contracts';

const AGAIN_MS = 1_000;

/** Which backups have copies, and where. */
export type Copies = {
  /** The destinations that have a copy of a backup, by its name; undefined: copies go nowhere. */
  of(name: string): readonly string[] | undefined;
  stop(): Promise<void>;
};

/** What retention remembers of the places of copies, kept in memory: every list asks for it. */
export async function followCopies(
  bus: Bus,
  places: readonly string[],
  onProblem: (error: unknown, doing: string) => void,
): Promise<Copies> {
  const bucket = await bus.bucket('catalogue', catalogueEntrySchema);
  const stopping = new AbortController();
  const followed = places.map((place) => followPlace(bucket, place, stopping.signal, onProblem));
  return {
    of: (name) =>
      places.length === 0 ? undefined : followed.flatMap(({ place, has }) => (has(name) ? [place] : [])),
    stop: async () => {
      stopping.abort();
      await Promise.all(followed.map(({ ended }) => ended));
    },
  };
}

type FollowedPlace = {
  readonly place: string;
  has(name: string): boolean;
  readonly ended: Promise<void>;
};

function followPlace(
  bucket: Bucket<CatalogueEntry>,
  place: string,
  signal: AbortSignal,
  onProblem: (error: unknown, doing: string) => void,
): FollowedPlace {
  let names: ReadonlySet<string> = new Set();
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        // What was removed while nobody read is told by nobody: each reading begins anew, and counts when it is whole.
        const read = new Set<string>();
        for await (const { key, value, unread } of bucket.changes({ prefix: place, signal })) {
          const name = key.slice(place.length + 1);
          if (value && isThere(value)) read.add(name);
          else read.delete(name);
          if (unread === 0) names = read;
        }
      } catch (error) {
        if (!signal.aborted) onProblem(error, `following the copies at ${place}`);
      }
      await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  return { place, has: (name) => names.has(name), ended: follow() };
}

const isThere = ({ missingSince, removing }: CatalogueEntry): boolean =>
  missingSince === undefined && removing === undefined;
