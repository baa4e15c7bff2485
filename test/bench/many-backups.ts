import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backupName, dataFilename, MANIFEST_ENDING, type Manifest } from '@holdfast/contracts';
import { connectDatabase, migrate, upsertBackup } from '@holdfast/database';
import { derivedRunId } from '@holdfast/runs';

const DATABASES = 20;
const FIRST_AT = Date.parse('2025-01-01T00:00:00Z');
const EVERY_MS = 60_000;
const AT_ONCE = 200;

/** The manifest of one backup as the engine writes it; its data is a byte, as nobody reads it. */
function manifestOf(number: number): Manifest {
  const database = `db-${number % DATABASES}`;
  const createdAt = new Date(FIRST_AT + number * EVERY_MS);
  const run = derivedRunId(`bench:${number}`);
  const name = backupName(database, createdAt, 'full', run);
  const filename = dataFilename(name, 1, { compression: 'zstd' });
  const sha256 = 'ab'.repeat(32);
  return {
    manifestVersion: 1,
    backup: {
      name,
      filename,
      database,
      databaseName: database,
      type: 'full',
      trigger: 'schedule',
      description: '',
      run,
      attempt: 1,
      createdAt: createdAt.toISOString(),
      durationMs: 1_000,
      sizeBytes: 1,
      rawBytes: 1,
      sha256,
      compression: 'zstd',
      encrypted: false,
      serverVersion: 150_018,
      tablesCount: 3,
      rowsCount: 42,
      warnings: [],
    },
    data: { key: `${database}/${filename}`, sizeBytes: 1, sha256, format: 'custom', rawSha256: sha256 },
    ancestors: [],
    source: { encoding: 'UTF8', collate: 'C', ctype: 'C' },
    fingerprint: {
      version: 1,
      serverVersion: 150_018,
      toolsMajor: 15,
      rows: {},
      schemaSha256: sha256,
      extensions: {},
      roles: [],
      largeObjects: 0,
    },
    madeBy: { release: '0.1.0', worker: 'bench', pgDump: '15' },
  };
}

async function inBatches(count: number, each: (number: number) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < count; first += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - first);
    await Promise.all(Array.from({ length }, (_, index) => each(first + index)));
  }
}

export async function fillRepository(dir: string, count: number): Promise<void> {
  for (let number = 0; number < DATABASES; number += 1) await mkdir(join(dir, `db-${number}`));
  await inBatches(count, async (number) => {
    const manifest = manifestOf(number);
    const { database, name } = manifest.backup;
    await writeFile(join(dir, manifest.data.key), 'x');
    await writeFile(join(dir, database, `${name}${MANIFEST_ENDING}`), JSON.stringify(manifest));
  });
}

export async function fillHistory(url: string, count: number): Promise<void> {
  const db = connectDatabase(url);
  try {
    await migrate(db);
    for (let first = 0; first < count; first += 1_000) {
      await db.transaction().execute(async (tx) => {
        for (let number = first; number < Math.min(count, first + 1_000); number += 1)
          await upsertBackup(tx, { backup: manifestOf(number).backup, sequence: 0 });
      });
    }
  } finally {
    await db.destroy();
  }
}
