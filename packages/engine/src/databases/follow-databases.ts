import { readDatabases, type DatabaseSettings } from './read-databases.ts';
import type { DatabaseTarget } from './parse-databases.ts';

/** How soon a new database is found; a connection to each `*` server that often. */
const EVERY_MS = 60_000;

/** The databases as they are by now. */
export type FollowedDatabases = { current(): readonly DatabaseTarget[]; stop(): void };

export type FollowOptions = {
  /** [60,000] */
  readonly everyMs?: number;
  /** Told of each new list, the first excepted. */
  readonly onChange?: (databases: readonly DatabaseTarget[]) => void;
  /** A server that cannot be asked: what was known stays known. */
  readonly onProblem: (error: unknown) => void;
};

/** Reads the databases, and again and again where an entry means every database of a server. */
export async function followDatabases(
  settings: DatabaseSettings,
  { everyMs = EVERY_MS, onChange, onProblem }: FollowOptions,
): Promise<FollowedDatabases> {
  let known = await readDatabases(settings);
  if (!settings.BACKUP_DATABASES?.includes('/*') && !settings.BACKUP_DATABASES?.startsWith('@'))
    return { current: () => known, stop: () => undefined };
  const look = async (): Promise<void> => {
    const found = await readDatabases(settings);
    const isSame =
      found.length === known.length && found.every(({ id }) => known.some((each) => each.id === id));
    known = found;
    if (!isSame) onChange?.(known);
  };
  const timer = setInterval(() => void look().catch(onProblem), everyMs);
  timer.unref();
  return { current: () => known, stop: () => clearInterval(timer) };
}
