import { failureOf, parseBackupName, type BackupSummary, type DatabaseId } from '@holdfast/contracts';
import { listForeign, manifestKeyOf, type Remembered } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import { lastSequence } from '../events/last-sequence.ts';
import { catalogueOf, partOf, type Catalogue } from './catalogue.ts';
import { newsOf, withNews } from './follow-catalogue.ts';
import type { Worth } from './worth.ts';
import { readWorths, recentWorths } from './worths-known.ts';

/** While the bus is away: who asks later than this after a reading began may have done what it misses. */
const JOIN_WITHIN_MS = 1_000;
/** As many are read anew each time that somebody asks. */
const FEW = 100;
/** A reading of more is good for so long for each of them, up to the limit. */
const GOOD_FOR_EACH_MS = 3;
const GOOD_AT_MOST_MS = 300_000;
/** More events than these take longer to go through than the storage. */
const MOST_EVENTS = 20_000;

/** What there is, of one database or of all. Throws storage_missing, storage_failed. */
export type ReadCatalogue = (database?: DatabaseId) => Promise<Catalogue>;

type Sources = Pick<GatewayDependencies, 'repository' | 'history' | 'recentRuns' | 'bus'>;

type Reading = {
  readonly catalogue: Catalogue;
  /** The last event that is in it; undefined: the bus was away. */
  readonly sequence: number | undefined;
  readonly begunAt: number;
  readonly endedAt: number;
  readonly goodForMs: number;
};

/**
 * Reads every manifest that it has not read before; those who ask at about the same time share one reading. A reading of few backups is not
 * remembered. One of many is. Both are brought up to the newest event for each who asks, so that nobody misses what he
 * has just done; what people do in the storage by hand is seen by the next reading, within minutes.
 */
export function openCatalogue(sources: Sources, now: () => number = () => performance.now()): ReadCatalogue {
  let manifests: Remembered<BackupSummary> | undefined;
  const underWay = new Map<string, { readonly begunAt: number; readonly reading: Promise<Reading> }>();
  let known: Reading | undefined;
  let following: Promise<unknown> = Promise.resolve();

  function readAnew(database: DatabaseId | undefined, joinWithinMs: number): Promise<Reading> {
    const key = database ?? '';
    const present = underWay.get(key);
    if (present && now() - present.begunAt < joinWithinMs) return present.reading;
    const begunAt = now();
    const take = async (): Promise<Reading> => {
      try {
        const { listed, ...found } = await read(sources, database, manifests);
        const reading = { ...found, begunAt, endedAt: now() };
        if (database === undefined) manifests = listed;
        if (database === undefined) known = reading.goodForMs > 0 ? reading : undefined;
        return reading;
      } finally {
        if (underWay.get(key)?.reading === reading) underWay.delete(key);
      }
    };
    const reading = take();
    underWay.set(key, { begunAt, reading });
    return reading;
  }

  /** An old one does for as long again, while another is read behind it; a failure is told to the next who asks. */
  function remembered(): Reading | undefined {
    if (!known) return undefined;
    const { endedAt, goodForMs } = known;
    const age = now() - endedAt;
    if (age >= goodForMs) readAnew(undefined, Number.POSITIVE_INFINITY).catch(() => (known = undefined));
    return age < 2 * goodForMs ? known : undefined;
  }

  /** With every event up to `last`; undefined: it cannot be brought there. One after the other. */
  function bring(reading: Reading, last: number): Promise<Reading | undefined> {
    const brought = following.then(async () => {
      const isKnown = (): boolean => known?.begunAt === reading.begunAt;
      const next = await bringTo(sources, known && isKnown() ? known : reading, last);
      if (isKnown()) known = next;
      return next;
    });
    following = brought.catch(() => undefined);
    return brought;
  }

  return async (database) => {
    const last = await lastSequence(sources);
    const joinWithinMs = last === undefined ? JOIN_WITHIN_MS : Number.POSITIVE_INFINITY;
    const reading = (last !== undefined && remembered()) || (await readAnew(database, joinWithinMs));
    const current = last === undefined ? reading : await bring(reading, last);
    const { catalogue } = current ?? (await readAnew(database, 0));
    return database === undefined ? catalogue : partOf(catalogue, database);
  };
}

async function read(
  sources: Sources,
  database: DatabaseId | undefined,
  before: Remembered<BackupSummary> | undefined,
): Promise<
  Pick<Reading, 'catalogue' | 'sequence' | 'goodForMs'> & { readonly listed: Remembered<BackupSummary> }
> {
  const { repository, history } = sources;
  const filter = database === undefined ? {} : { database };
  // Before all else: what happens during the reading is brought in afterwards, and may be in it already.
  const sequence = await lastSequence(sources);
  const [listing, files, worths] = await Promise.all([
    repository.summarize(filter, before),
    listForeign(repository.storage, filter),
    readWorths(sources),
  ]);
  // History has rows for backups of ours alone; what validations said of other files, the bus remembers.
  const said = files.length === 0 ? undefined : await recentWorths(sources);
  const count = listing.found.length + files.length;
  const isWhole = sequence !== undefined && worths.fromHistory === history.configured;
  return {
    catalogue: catalogueOf({ ...listing, files }, worths, said ?? new Map<string, Worth>()),
    listed: listing.remembered,
    sequence,
    goodForMs: isWhole && count > FEW ? Math.min(GOOD_AT_MOST_MS, count * GOOD_FOR_EACH_MS) : 0,
  };
}

async function bringTo(sources: Sources, reading: Reading, last: number): Promise<Reading | undefined> {
  const { bus, repository } = sources;
  const { sequence, catalogue } = reading;
  if (sequence === undefined || last === sequence) return reading;
  // Others brought it further; or the stream is another one, whose end is before ours.
  if (last < sequence) return ((await lastSequence(sources)) ?? sequence) < sequence ? undefined : reading;
  if (last - sequence > MOST_EVENTS) return undefined;
  const events = [];
  for await (const { event } of bus.readEvents(sequence + 1, { untilSequence: last }))
    if (event) events.push(event);
  const news = newsOf(events);
  if (news.isBeyondNames) return undefined;
  const look = async (name: string): Promise<BackupSummary | undefined> => {
    const parsed = parseBackupName(name);
    try {
      return parsed && (await repository.readManifest(manifestKeyOf(parsed))).backup;
    } catch (error) {
      if (failureOf(error).code === 'object_missing') return undefined;
      throw error;
    }
  };
  return { ...reading, sequence: last, catalogue: await withNews(catalogue, news, look) };
}
