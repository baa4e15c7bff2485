import { HoldfastError, type DatabaseId } from '@holdfast/contracts';
import { readDatabases, type DatabaseTarget } from '@holdfast/engine';
import type { LocalSettings } from './local-settings.ts';
import { openPrivateCluster } from './private-cluster.ts';

/** The standalone's sample: what there is where nothing else is configured. */
const PRIVATE = { id: 'toeic', name: 'toeic' } as const;

export type LocalDatabases = {
  /** By id and PostgreSQL's name, without starting anything. */
  known(): Promise<readonly { readonly id: DatabaseId; readonly name: string }[]>;
  /** Where to work: the named one, or the only one. Throws database_unknown, database_ambiguous. */
  pick(id: DatabaseId | undefined): Promise<DatabaseTarget>;
  close(): Promise<void>;
};

/** BACKUP_DATABASES, else DATABASE_URL, else the private cluster, started when it is first needed. */
export function openLocalDatabases(settings: LocalSettings): LocalDatabases {
  const isPrivate = settings.BACKUP_DATABASES === undefined && settings.DATABASE_URL === undefined;
  let configured: Promise<readonly DatabaseTarget[]> | undefined;
  let cluster: ReturnType<typeof openPrivateCluster> | undefined;
  const targets = (): Promise<readonly DatabaseTarget[]> => (configured ??= readDatabases(settings));
  const known = async (): ReturnType<LocalDatabases['known']> =>
    isPrivate ? [PRIVATE] : (await targets()).map(({ id, target }) => ({ id, name: target.database }));
  return {
    known,
    pick: async (id) => {
      const chosen = chooseDatabase(
        id,
        (await known()).map((database) => database.id),
      );
      if (isPrivate) {
        cluster ??= openPrivateCluster(settings.home);
        return { id: chosen, target: (await cluster).connect(PRIVATE.name) };
      }
      const found = (await targets()).find((database) => database.id === chosen);
      if (!found) throw unknown(chosen, []);
      return found;
    },
    close: async () => {
      const started = await cluster?.catch(() => undefined); // whoever asked for it was told
      await started?.stop();
    },
  };
}

/** The named database, or the only one. */
export function chooseDatabase(id: DatabaseId | undefined, known: readonly DatabaseId[]): DatabaseId {
  if (id !== undefined && known.includes(id)) return id;
  if (id !== undefined) throw unknown(id, known);
  const [only, another] = known;
  if (only !== undefined && another === undefined) return only;
  throw new HoldfastError(
    'database_ambiguous',
    `Several databases are configured (${known.join(', ')}) and none was named.`,
  );
}

const unknown = (id: string, known: readonly string[]): HoldfastError =>
  new HoldfastError(
    'database_unknown',
    `No database "${id}" is configured (${known.join(', ') || 'there is none'}); set BACKUP_DATABASES or DATABASE_URL, or name another with --database.`,
  );
