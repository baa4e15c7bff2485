import { createHash } from 'node:crypto';
import { encryptAge } from '@holdfast/archive';
import type { Manifest } from '@holdfast/contracts';
import { dumpGlobals, takeFingerprint, type Snapshot, type Tools } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { readSystemIdentifier } from './system-identifier.ts';
import { globalsKeyOf, type BackupOptions } from './options.ts';
import type { DataPlan } from './store-dump.ts';

export type SourceDescription = Pick<Manifest, 'fingerprint' | 'globals' | 'source'> & {
  readonly warnings: readonly string[];
};

/** What the manifest says of the database, measured in the dump's own snapshot while the dump runs. */
export async function describeSource(
  context: EngineContext,
  options: BackupOptions,
  snapshot: Snapshot,
  tools: Tools,
  data: Pick<DataPlan, 'recipients'> & {
    readonly dataKey: string;
    /** Of the dump, which waits for whoever reads it. */
    readonly beginning: AsyncIterable<Uint8Array>;
  },
): Promise<SourceDescription> {
  const [fingerprint, globals] = await Promise.all([
    takeFingerprint({
      client: snapshot.client,
      target: options.database.target,
      tools,
      dump: data.beginning,
      signal: context.signal,
      withContent: options.withContentHashes,
      maxTableBytes: options.maxCountedTableBytes,
    }),
    storeGlobals(context, options, tools, data),
  ]);
  return { fingerprint, source: await readSource(snapshot), ...globals };
}

async function readSource(snapshot: Snapshot): Promise<Manifest['source']> {
  const { rows } = await snapshot.client.query<Manifest['source']>(
    `select pg_encoding_to_char(encoding) as encoding, datcollate as "collate", datctype as "ctype"
       from pg_database where datname = current_database()`,
  );
  const systemIdentifier = await readSystemIdentifier(snapshot.client);
  return {
    ...(rows[0] ?? { encoding: 'UTF8', collate: 'C', ctype: 'C' }),
    ...(systemIdentifier === undefined ? {} : { systemIdentifier }),
  };
}

/** Roles and their grants, without passwords. An account that may not read them costs a warning, not the backup. */
async function storeGlobals(
  context: EngineContext,
  options: BackupOptions,
  tools: Tools,
  { dataKey, recipients }: Pick<DataPlan, 'recipients'> & { readonly dataKey: string },
): Promise<Pick<SourceDescription, 'globals' | 'warnings'>> {
  let sql: string;
  try {
    sql = await dumpGlobals({
      target: options.database.target,
      tools,
      signal: context.signal,
      withPasswords: options.includeRolePasswords,
    });
  } catch (error) {
    context.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return { warnings: [`The server's roles are not in this backup: ${reason}`] };
  }
  const plain = Buffer.from(sql, 'utf8');
  const bytes = recipients.length > 0 ? await collect(encryptAge(asIterable(plain), recipients)) : plain;
  const key = globalsKeyOf(dataKey);
  await context.repository.storage.put(key, asIterable(bytes), { signal: context.signal });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { globals: { key, sizeBytes: bytes.length, sha256 }, warnings: [] };
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

async function* asIterable(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
