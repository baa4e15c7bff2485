import { createHash } from 'node:crypto';
import { dataFilename, type Manifest } from '@holdfast/contracts';
import { dumpGlobals, takeFingerprint, type Snapshot, type Tools } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { globalsKeyOf, type BackupOptions } from './options.ts';

export type SourceDescription = Pick<Manifest, 'fingerprint' | 'globals' | 'source'> & {
  readonly warnings: readonly string[];
};

/** What the manifest says of the database, measured in the dump's own snapshot while the dump runs. */
export async function describeSource(
  context: EngineContext,
  options: BackupOptions,
  snapshot: Snapshot,
  tools: Tools,
  name: string,
): Promise<SourceDescription> {
  const { target } = options.database;
  const source = await readSource(snapshot);
  const [fingerprint, globals] = await Promise.all([
    takeFingerprint({
      client: snapshot.client,
      target,
      tools,
      snapshotId: snapshot.id,
      signal: context.signal,
    }),
    storeGlobals(context, options, tools, name),
  ]);
  return { fingerprint, source, ...globals };
}

async function readSource(snapshot: Snapshot): Promise<Manifest['source']> {
  const { rows } = await snapshot.client.query<Manifest['source']>(
    `select pg_encoding_to_char(encoding) as encoding, datcollate as "collate", datctype as "ctype"
       from pg_database where datname = current_database()`,
  );
  return rows[0] ?? { encoding: 'UTF8', collate: 'C', ctype: 'C' };
}

/** Roles and their grants, without passwords. An account that may not read them costs a warning, not the backup. */
async function storeGlobals(
  context: EngineContext,
  options: BackupOptions,
  tools: Tools,
  name: string,
): Promise<Pick<SourceDescription, 'globals' | 'warnings'>> {
  let sql: string;
  try {
    sql = await dumpGlobals({ target: options.database.target, tools, signal: context.signal });
  } catch (error) {
    context.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return { warnings: [`The server's roles are not in this backup: ${reason}`] };
  }
  const bytes = Buffer.from(sql, 'utf8');
  const key = `${options.database.id}/${globalsKeyOf(dataFilename(name, options.attempt, options.compression.codec))}`;
  await context.repository.storage.put(key, asIterable(bytes), { signal: context.signal });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { globals: { key, sizeBytes: bytes.length, sha256 }, warnings: [] };
}

async function* asIterable(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
