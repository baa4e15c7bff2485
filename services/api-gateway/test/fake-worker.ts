import type { Bus, Delivery } from '@holdfast/bus';
import {
  backupName,
  dataFilename,
  eventSchemas,
  isForeign,
  MANIFEST_ENDING,
  type Envelope,
  type EventData,
  type EventType,
  type Failure,
  type Manifest,
  type RetentionPlan,
  type RunKind,
  type ValidationLevel,
} from '@holdfast/contracts';
import { lookUp, removeForeign, type Repository } from '@holdfast/engine';
import { makeEvent, openRuns, validationRunId, type Runs } from '@holdfast/runs';
import { createHash } from 'node:crypto';
import { aBackup } from './builders.ts';

/** What the next runs come to; everything succeeds unless told otherwise. */
export type Script = {
  /** Every run fails with this. */
  failure?: Failure;
  /** Runs are left as they are. */
  idle?: boolean;
  /** The validation after a backup; undefined: none. */
  validate?: ValidationLevel;
  verdict?: EventData<'validation.completed'>['verdict'];
};

export type FakeWorker = {
  readonly script: Script;
  /** Runs that were begun, by id, as often as they were begun. */
  readonly begun: readonly string[];
  /** From now on somebody plans: what `plans` says. */
  readonly plan: (...plans: readonly RetentionPlan[]) => Promise<void>;
};

const KINDS: Readonly<Record<string, RunKind>> = {
  'backup.requested': 'backup',
  'restore.requested': 'restore',
  'restore.undo_requested': 'undo',
  'backup.delete_requested': 'removal',
  'retention.cleanup.requested': 'cleanup',
};

type Buses = Readonly<Record<'backup-worker' | 'validator' | 'retention', Bus>>;

export const CONTENT = Buffer.from('0123456789'.repeat(1_000));

/** Ends runs as worker, validator and retention would, by compare-and-set and then the event; no PostgreSQL involved. */
export async function startFakeWorker(buses: Buses, repository: Repository): Promise<FakeWorker> {
  const script: Script = {};
  const begun: string[] = [];
  const ask = async (
    service: 'backup-worker' | 'validator' | 'retention',
    type: EventType,
    handle: (delivery: Delivery, runs: Runs) => Promise<void>,
  ) => {
    const bus = buses[service];
    const runs = await openRuns(bus);
    await bus.consume({
      durable: `${service}_${type.replaceAll('.', '_')}`,
      filterSubject: `${type}.>`,
      handle: (delivery) => handle(delivery, runs),
    });
  };
  const end = async <T extends EventType>(
    bus: Bus,
    runs: Runs,
    request: Envelope,
    type: T,
    data: EventData<T>,
  ) => {
    const { subject: run, database } = request;
    begun.push(run);
    if (script.idle) return;
    const kind = KINDS[request.type] ?? 'validation';
    await runs.request({ id: run, kind, database, requestedAt: new Date(request.time) });
    const failed = script.failure && { attempts: 1, error: script.failure };
    const event = failed
      ? makeEvent('backup.failed', { run, database, source: '/fake', data: failed })
      : makeEvent(type, { run, database, source: '/fake', data });
    await runs.finish(run, failed ? 'failed' : 'completed', event);
    if (!failed) await bus.publish(event);
  };

  await ask('backup-worker', 'backup.requested', async ({ event }, runs) => {
    if (script.failure || script.idle)
      return end(buses['backup-worker'], runs, event, 'backup.completed', { backup: aBackup() });
    const request = eventSchemas['backup.requested'].parse(event.data);
    const manifest = await store(repository, event, request);
    const validate = request.validate === 'none' ? undefined : (request.validate ?? script.validate);
    await end(buses['backup-worker'], runs, event, 'backup.completed', {
      backup: manifest.backup,
      ...(validate === undefined ? {} : { validate }),
    });
  });
  await ask('backup-worker', 'restore.requested', async ({ event }, runs) => {
    const { filename, mode } = eventSchemas['restore.requested'].parse(event.data);
    await end(buses['backup-worker'], runs, event, 'restore.completed', {
      filename,
      mode,
      databaseName: 'App',
      durationMs: 1_500,
      tablesCount: 3,
      rowsCount: 42,
      previousDatabaseName: 'App_before',
      keptUntil: '2999-01-01T00:00:00Z',
      safetyBackup: 'safe.dump.zst',
      warnings: [],
    });
  });
  await ask('backup-worker', 'restore.undo_requested', async ({ event }, runs) => {
    const { restore } = eventSchemas['restore.undo_requested'].parse(event.data);
    await end(buses['backup-worker'], runs, event, 'restore.undone', {
      restore,
      databaseName: 'App',
      detail: 'back',
    });
  });
  const validation = async (runs: Runs, request: Envelope, filename: string, level: ValidationLevel) => {
    const verdict = script.verdict ?? 'valid';
    const name = filename.replace(/\.dump\.zst$/, '');
    const outcome = verdict === 'invalid' ? ('failed' as const) : ('ok' as const);
    const detail = verdict === 'invalid' ? 'archive_corrupt: a chunk was changed' : 'read to its end';
    const findings = [{ check: level, outcome, detail }];
    await end(buses.validator, runs, request, 'validation.completed', {
      filename,
      name,
      level,
      verdict,
      findings,
      durationMs: 5,
    });
  };
  await ask('validator', 'validation.requested', async ({ event }, runs) => {
    const { filename, level } = eventSchemas['validation.requested'].parse(event.data);
    await validation(runs, event, filename, level);
  });
  await ask('validator', 'backup.completed', async ({ event }, runs) => {
    const { backup, validate } = eventSchemas['backup.completed'].parse(event.data);
    if (validate)
      await validation(runs, { ...event, subject: validationRunId(backup.run) }, backup.filename, validate);
  });
  await ask('retention', 'backup.delete_requested', async ({ event }, runs) => {
    const { filename, by } = eventSchemas['backup.delete_requested'].parse(event.data);
    const found = await lookUp(repository, filename);
    const freedBytes = isForeign(found)
      ? await removeForeign(repository.storage, found)
      : await repository.remove(found);
    await end(buses.retention, runs, event, 'backup.deleted', {
      filename,
      name: isForeign(found) ? found.filename : found.backup.name,
      freedBytes,
      by,
    });
  });
  let planned: readonly RetentionPlan[] = [];
  await ask('retention', 'retention.cleanup.requested', async ({ event }, runs) => {
    const removed = planned.flatMap(({ remove }) => remove);
    await end(buses.retention, runs, event, 'retention.cleanup.completed', {
      removed: removed.map(({ name, filename, sizeBytes }) => ({ name, filename, sizeBytes })),
      freedBytes: removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      kept: planned.flatMap(({ keep }) => keep).length,
      failures: [],
    });
  });
  const plan = async (...plans: readonly RetentionPlan[]): Promise<void> => {
    planned = plans;
    await buses.retention.respond('control.retention.plan', async () => ({ plans }));
  };
  return { script, begun, plan };
}

/** A backup at rest as the engine leaves it: data, then manifest. */
export async function store(
  repository: Repository,
  event: Pick<Envelope, 'subject' | 'database' | 'time'>,
  request: Partial<EventData<'backup.requested'>> = {},
): Promise<Manifest> {
  const database = event.database ?? 'app';
  const name = backupName(database, new Date(event.time), 'full', event.subject);
  const filename = dataFilename(name, 1, { compression: 'zstd' });
  const key = `${database}/${filename}`;
  const sha256 = createHash('sha256').update(CONTENT).digest('hex');
  const { alias, description = '', trigger = 'manual' } = request;
  const manifest: Manifest = {
    manifestVersion: 1,
    backup: aBackup({
      name,
      filename,
      ...(alias === undefined ? {} : { alias }),
      database,
      description,
      trigger,
      run: event.subject,
      createdAt: event.time,
      sizeBytes: CONTENT.length,
      sha256,
    }),
    data: { key, sizeBytes: CONTENT.length, sha256, format: 'custom', rawSha256: sha256 },
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
    madeBy: { release: '0.1.0', worker: 'fake', pgDump: '15' },
  };
  await repository.storage.put(
    key,
    (async function* () {
      yield CONTENT;
    })(),
  );
  await repository.storage.createIfAbsent(
    `${database}/${name}${MANIFEST_ENDING}`,
    Buffer.from(JSON.stringify(manifest)),
  );
  return manifest;
}
