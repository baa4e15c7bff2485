import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { backupRequestSchema, restoreRequestSchema, type Manifest } from '@holdfast/contracts';
import { localStorage } from '@holdfast/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openDrillServer,
  openRepository,
  restoreBackup,
  validateBackup,
  type EngineContext,
} from '../src/index.ts';
import { newRun, startEngineFixture, type EngineFixture } from './setup.ts';

const run = promisify(execFile);
let fixture: EngineFixture;
let dir: string;
let scratchDir: string;
beforeAll(async () => {
  fixture = await startEngineFixture();
  dir = await mkdtemp(join(tmpdir(), 'hf-parallel-'));
  scratchDir = await mkdtemp(join(tmpdir(), 'hf-parallel-scratch-'));
});
afterAll(async () => {
  await fixture.stop();
  await rm(dir, { recursive: true });
  await rm(scratchDir, { recursive: true });
});

const withJobs = (jobs: number): EngineContext => ({
  ...fixture.contextOver(),
  repository: openRepository(localStorage({ dir })),
  jobs,
  scratchDir,
});
const restoreTo = async (manifest: Manifest, name: string, jobs: number): Promise<readonly string[]> => {
  const restored = await restoreBackup(withJobs(jobs), {
    database: fixture.databaseOf(manifest.backup.database),
    run: newRun(),
    attempt: 1,
    request: restoreRequestSchema.parse({
      filename: manifest.backup.filename,
      mode: 'new',
      newDatabaseName: name,
    }),
    validateFirst: true,
    keepMs: 1_000,
  });
  return restored.warnings;
};
const validate = (manifest: Manifest, level: 'structure' | 'restore') =>
  validateBackup(withJobs(1), {
    reference: manifest.backup.filename,
    level,
    openDrillServer: (of) => openDrillServer({}, of),
  });

describe('several jobs', () => {
  test('a tar that standard tools restore, that is proven, and that several jobs or one restore', async () => {
    const database = await fixture.withContent('parallel');
    const manifest = await fixture.backup(database, {}, withJobs(2));
    expect(manifest.data.format).toBe('tar');
    expect(manifest.backup.filename).toMatch(/\.tar\.zst$/);
    expect(manifest.backup.warnings).toEqual([]);
    expect((await validate(manifest, 'structure')).verdict).toBe('valid');
    expect((await validate(manifest, 'restore')).verdict).toBe('proven');
    for (const jobs of [1, 2]) expect(await restoreTo(manifest, `parallel_${jobs}`, jobs)).toEqual([]);

    const unpacked = await mkdtemp(join(tmpdir(), 'hf-parallel-tar-'));
    await run('bash', [
      '-c',
      'set -euo pipefail; zstd -dc "$1" | tar -x -C "$2"',
      '-',
      join(dir, manifest.data.key),
      unpacked,
    ]);
    await fixture.server.createDatabase('by_hand');
    await run(join(fixture.server.tools.dir, 'pg_restore'), [
      '--exit-on-error',
      '--jobs=2',
      `--dbname=${fixture.server.url('by_hand')}`,
      unpacked,
    ]);
    expect(await fixture.server.value('select count(*) from "Weird Schema"."Tâble ""x"""', 'by_hand')).toBe(
      '2000',
    );
    await rm(unpacked, { recursive: true });
    expect(await readdir(scratchDir)).toEqual([]);
  });

  test('a streamed dump is restored by several jobs as well', async () => {
    const manifest = await fixture.backup(await fixture.withContent('streamed'), {}, withJobs(1));
    expect(manifest.data.format).toBe('custom');
    expect(await restoreTo(manifest, 'streamed_back', 2)).toEqual([]);
    expect(await readdir(scratchDir)).toEqual([]);
  });

  test('an incremental of a tar builds on a tar, and comes back', async () => {
    const database = await fixture.withContent('tar_chain');
    await fixture.backup(database, {}, withJobs(1));
    const parent = await fixture.backup(database, {}, withJobs(2));
    await fixture.server.psql('create table more as select generate_series(1, 50000) as id', 'tar_chain');
    const request = backupRequestSchema.parse({ type: 'incremental' });
    const child = await fixture.backup(database, { request }, withJobs(2));
    expect(child.backup).toMatchObject({ type: 'incremental', parent: parent.backup.name });
    expect(child.backup.sizeBytes).toBeLessThan(parent.backup.sizeBytes * 3);
    await restoreTo(child, 'tar_chain_back', 2);
    expect(await fixture.server.value('select count(*) from more', 'tar_chain_back')).toBe('50000');
  });

  test('too little scratch space: one job does it, with a warning that has the numbers', async () => {
    const database = await fixture.withContent('no_room');
    const context = { ...withJobs(2), scratchDir: '/proc' }; // a place without any room
    const manifest = await fixture.backup(database, {}, context);
    expect(manifest.data.format).toBe('custom');
    expect(manifest.backup.warnings[0]).toMatch(/2 jobs may need .* one job does it/);
  });
});
