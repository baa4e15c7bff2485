import { createHash } from 'node:crypto';
import { cancelOnAbort } from '../connection/cancel-on-abort.ts';
import type { SqlClient } from '../connection/client.ts';
import { postgresFailure } from '../connection/postgres-failure.ts';
import type { Target } from '../connection/target.ts';
import { dumpText } from '../dump/dump-text.ts';
import type { Tools } from '../tools/tools.ts';
import { hashContent, prepareContentHashes } from './content-hash.ts';
import type { ContentHashes, Fingerprint } from './fingerprint.ts';
import { normaliseSchema } from './normalise-schema.ts';
import { planMeasures, type MeasureOptions } from './plan-measures.ts';
import { SCHEMA_ARGUMENTS, schemaOfDump } from './schema-of-dump.ts';
import {
  countLargeObjects,
  countRows,
  readExtensions,
  readRelations,
  readRoles,
  readServerVersion,
  type Relation,
} from './queries.ts';

export type FingerprintOptions = MeasureOptions & {
  /** Inside the snapshot. */
  readonly client: SqlClient;
  readonly target: Target;
  readonly tools: Tools;
  /** Of the same snapshot, for pg_dump; absent: the schema as it is now. */
  readonly snapshotId?: string;
  /** The beginning of a dump of the same snapshot, which has the schema; absent: pg_dump is asked for that. */
  readonly dump?: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
};

/** Tables per counting statement: few round trips, and a plan that stays small. */
const TABLES_PER_STATEMENT = 100;

/** Measures the database. Reads every table once, about as long as a sequential scan of it takes; an abort ends the scan. */
export async function takeFingerprint(options: FingerprintOptions): Promise<Fingerprint> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const reads = [
    cancelOnAbort(options.client, options.target, signal, () => readContent(options, signal)),
    hashSchema({ ...options, signal }),
  ] as const;
  try {
    const [content, schemaSha256] = await Promise.all(reads);
    const version = content.content || content.estimated ? 2 : 1;
    return { version, ...content, toolsMajor: options.tools.major, schemaSha256 };
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(reads); // neither goes on behind our back
    throw options.signal.aborted ? options.signal.reason : postgresFailure(error, options.target);
  }
}

async function readContent(
  options: FingerprintOptions,
  signal: AbortSignal,
): Promise<Omit<Fingerprint, 'version' | 'toolsMajor' | 'schemaSha256'>> {
  const { client } = options;
  const relations = await readRelations(client);
  const { counted, estimated, hashed } = planMeasures(relations, options);
  const rows: Record<string, number> = {};
  for (let from = 0; from < counted.length; from += TABLES_PER_STATEMENT) {
    signal.throwIfAborted();
    const counts = await countRows(client, counted.slice(from, from + TABLES_PER_STATEMENT));
    for (const [name, count] of counts) rows[name] = count;
  }
  return {
    serverVersion: await readServerVersion(client),
    rows,
    extensions: await readExtensions(client),
    roles: await readRoles(client),
    largeObjects: await countLargeObjects(client),
    ...(estimated.length > 0
      ? { estimated: Object.fromEntries(estimated.map(({ name, estimatedRows }) => [name, estimatedRows])) }
      : {}),
    ...(hashed ? { content: await hashTables(client, hashed, signal) } : {}),
    materializedViews: relations.filter((one) => one.isMaterializedView).map((one) => one.name),
  };
}

async function hashTables(
  client: SqlClient,
  relations: readonly Relation[],
  signal: AbortSignal,
): Promise<ContentHashes> {
  const probe = await prepareContentHashes(client);
  const tables: Record<string, string> = {};
  for (const relation of relations) {
    signal.throwIfAborted();
    tables[relation.name] = await hashContent(client, relation);
  }
  return { probe, tables };
}

async function hashSchema(options: Omit<FingerprintOptions, 'client'>): Promise<string> {
  const { dump, signal, snapshotId, tools } = options;
  const snapshot = snapshotId === undefined ? [] : [`--snapshot=${snapshotId}`];
  const sql = await (dump
    ? schemaOfDump({ source: dump, tools, signal })
    : dumpText('pg_dump', [...SCHEMA_ARGUMENTS, ...snapshot], options));
  return createHash('sha256').update(normaliseSchema(sql)).digest('hex');
}
