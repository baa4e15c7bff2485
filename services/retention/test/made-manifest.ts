import { createHash } from 'node:crypto';
import { manifestFilename, manifestSchema, type BackupSummary, type Manifest } from '@holdfast/contracts';
import type { Storage } from '@holdfast/storage';

export type Made = Partial<Pick<BackupSummary, 'alias' | 'encrypted' | 'selection' | 'trigger'>> & {
  /** After the beginning of 2026. Also what tells one from another. */
  readonly hour: number;
  readonly database?: string;
  /** Nearest first. */
  readonly on?: readonly Manifest[];
};

const DATA = Buffer.alloc(100, 'x');
const HOUR_MS = 3_600_000;
export const BEGIN = Date.parse('2026-01-01T00:00:00Z');

/** A backup as a manifest tells of it; its data are a hundred bytes of nothing. */
export function manifestOf({ hour, database = 'app', on = [], ...more }: Made): Manifest {
  const at = new Date(BEGIN + hour * HOUR_MS);
  const type = on.length > 0 ? 'incremental' : 'full';
  const digits = hour.toString(16).padStart(8, '0');
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const name = `${database}_${time}_${type}_${digits}`;
  const filename = on.length > 0 ? `${name}.hfd` : `${name}.dump.zst`;
  const sha256 = createHash('sha256').update(DATA).digest('hex');
  return manifestSchema.parse({
    manifestVersion: 1,
    backup: {
      name,
      filename,
      database,
      databaseName: database,
      type,
      ...(on[0] ? { parent: on[0].backup.name } : {}),
      trigger: 'manual',
      description: '',
      run: `0198c0de-f00d-7000-8000-0000${digits}`,
      attempt: 1,
      createdAt: at.toISOString(),
      durationMs: 1,
      sizeBytes: DATA.length,
      rawBytes: 100,
      sha256,
      compression: 'zstd',
      encrypted: false,
      serverVersion: 150018,
      tablesCount: 0,
      rowsCount: 0,
      warnings: [],
      ...more,
    },
    data: {
      key: `${database}/${filename}`,
      sizeBytes: DATA.length,
      sha256,
      format: 'custom',
      rawSha256: sha256,
    },
    ancestors: on.map(({ backup }) => ({ name: backup.name, run: backup.run })),
    source: { encoding: 'UTF8', collate: 'C', ctype: 'C' },
    fingerprint: {
      version: 1,
      serverVersion: 150018,
      toolsMajor: 15,
      rows: {},
      schemaSha256: '0'.repeat(64),
      extensions: {},
      roles: [],
      largeObjects: 0,
    },
    madeBy: { release: 'test', worker: 'test', pgDump: '15.18' },
  });
}

/** Data, then manifest, as a backup leaves them. */
export async function putBackup(storage: Storage, made: Made): Promise<Manifest> {
  const manifest = manifestOf(made);
  await storage.createIfAbsent(manifest.data.key, DATA);
  const key = `${manifest.backup.database}/${manifest.backup.name}.manifest.json`;
  await storage.createIfAbsent(key, Buffer.from(JSON.stringify(manifest)));
  return manifest;
}

/** The same backup in another file, as it is after other recipients were given to it. */
export async function putRevision(
  storage: Storage,
  { backup, data, ...rest }: Manifest,
  next: Pick<BackupSummary, 'filename' | 'sizeBytes' | 'sha256'>,
): Promise<void> {
  const { filename, sizeBytes, sha256 } = next;
  const key = `${backup.database}/${filename}`;
  await storage.createIfAbsent(key, Buffer.alloc(sizeBytes, 'y'));
  const manifest = { ...rest, backup: { ...backup, ...next }, data: { ...data, key, sizeBytes, sha256 } };
  await storage.createIfAbsent(
    `${backup.database}/${manifestFilename(backup.name, 2)}`,
    Buffer.from(JSON.stringify(manifest)),
  );
}
