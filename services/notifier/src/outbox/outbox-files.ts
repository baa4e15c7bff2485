import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { storedDeliverySchema, type StoredDelivery } from '../deliver/stored-delivery.ts';
import { writeAtomically } from '../memory/write-atomically.ts';

/** Deliveries in a folder, one file each, for when the bus is away. */
export interface OutboxFiles {
  list(): Promise<readonly StoredDelivery[]>;
  has(id: string): Promise<boolean>;
  write(record: StoredDelivery): Promise<void>;
  /** Idempotent. */
  remove(id: string): Promise<void>;
}

export async function openOutboxFiles(
  dir: string,
  onProblem: (error: unknown, doing: string) => void,
): Promise<OutboxFiles> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const pathOf = (id: string): string => join(dir, `${id}.json`);

  async function read(path: string): Promise<readonly StoredDelivery[]> {
    try {
      return [storedDeliverySchema.parse(JSON.parse(await readFile(path, 'utf8')))];
    } catch (error) {
      onProblem(error, `reading ${path}; it stays where it is`);
      return [];
    }
  }
  const names = async (): Promise<readonly string[]> =>
    (await readdir(dir)).filter((name) => name.endsWith('.json')).sort();
  return {
    list: async () => (await Promise.all((await names()).map((name) => read(join(dir, name))))).flat(),
    has: async (id) => (await names()).includes(`${id}.json`),
    write: (record) => writeAtomically(pathOf(record.id), JSON.stringify(record)),
    remove: (id) => rm(pathOf(id), { force: true }),
  };
}
