import { failureOf, HoldfastError } from '@holdfast/contracts';
import type { z } from 'zod';
import type { Bucket, Entry } from './bus.ts';
import type { Connection } from './connection.ts';
import { inParallel } from './in-parallel.ts';
import { openKeyValue, type Cell } from './key-value.ts';
import { watchKey } from './watch-key.ts';

/** How many keys are read at once: enough to hide the round trip, few enough to leave the broker alone. */
const READ_AHEAD = 64;

export async function openBucket<T>(
  connection: Connection,
  name: string,
  schema: z.ZodType<T>,
): Promise<Bucket<T>> {
  const keyValue = await openKeyValue(connection, name);

  function read(cell: Cell): Entry<T> | undefined {
    const { key, revision, data } = cell;
    if (!data) return undefined;
    try {
      return { key, revision, value: schema.parse(JSON.parse(data.toString('utf8'))) };
    } catch (cause) {
      throw new HoldfastError(
        'internal',
        `Bucket ${name}: the value of ${key} is not what this release expects; another one may have written it.`,
        { cause },
      );
    }
  }

  async function get(key: string): Promise<Entry<T> | undefined> {
    const cell = await keyValue.get(key);
    return cell && read(cell);
  }

  async function put(key: string, value: T, expected: number): Promise<Entry<T> | undefined> {
    const revision = await keyValue.put(key, JSON.stringify(value), expected);
    return revision === undefined ? undefined : { key, value, revision };
  }

  /** One unreadable value must not hide all the others. */
  async function getIfReadable(key: string): Promise<Entry<T> | undefined> {
    try {
      return await get(key);
    } catch (error) {
      if (!(error instanceof HoldfastError) || failureOf(error).code !== 'internal') throw error;
      connection.report(error);
      return undefined;
    }
  }

  return {
    get,
    update: put,
    create: async (key, value) => {
      const created = await put(key, value, 0);
      if (created) return created;
      // A key that was removed still has its marker: the new value goes on top of it.
      const cell = await keyValue.get(key);
      if (cell?.data) return undefined;
      return put(key, value, cell?.revision ?? 0);
    },
    remove: async (key) => void (await keyValue.remove(key)),
    async *watch(key, signal) {
      for await (const cell of watchKey(connection, keyValue, key, signal)) {
        yield read(cell) ?? { key, value: undefined, revision: cell.revision };
      }
    },
    entries: async () => {
      const entries: Entry<T>[] = [];
      for await (const entry of inParallel(await keyValue.keys(), READ_AHEAD, getIfReadable)) {
        if (entry) entries.push(entry);
      }
      return entries;
    },
  };
}
