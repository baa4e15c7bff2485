import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventSchemas, manifestSchema, type BackupSummary } from '@holdfast/contracts';
import { derivedRunId } from '@holdfast/runs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startFleet, type Fleet } from '../fleet/fleet.ts';

/** Three drills one after another; a busy machine takes a minute for each. */
const LIMIT_MS = 900_000;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ validators: 1, env: { BACKUP_DRILL_AFTER_FULL: 'true' } });
  await fleet.postgres.psql('create table t as select generate_series(1, 100) as id', 'app');
});
afterAll(() => fleet.stop());

/** The outcome of a run, by its event. */
const outcomeOf = (run: string, type: string) =>
  eventually(
    async () => (await fleet.eventsOf(run)).find((event) => event.type === type),
    `${type} of ${run}`,
    LIMIT_MS,
  );
const drilled = async (backup: Pick<BackupSummary, 'run'>) =>
  eventSchemas['validation.completed'].parse(
    (await outcomeOf(derivedRunId(`${backup.run}:drill`), 'validation.completed')).data,
  );

test(
  'a full is proven by a drill; when a later drill fails, a fresh full is made and proven',
  { timeout: LIMIT_MS },
  async () => {
    const { id } = await fleet.client.createBackup({ database: 'app', type: 'full' });
    const { backup } = await fleet.client.watchRun(id);
    if (!backup) throw new Error('the backup was not made');
    const first = await drilled(backup);
    expect(first).toMatchObject({ verdict: 'proven', filename: backup.filename });
    expect(first.recoveryMs).toBeGreaterThan(0);

    // As if a row had been lost on the way: the dump holds one less than was counted.
    const path = join(fleet.backupsDir, 'app', `${backup.name}.manifest.json`);
    const manifest = manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    const rows = { ...manifest.fingerprint.rows, 'public.t': 101 };
    await writeFile(path, JSON.stringify({ ...manifest, fingerprint: { ...manifest.fingerprint, rows } }));
    const { id: again } = await fleet.client.createValidation({
      filename: backup.filename,
      level: 'restore',
    });
    const { validation } = await fleet.client.watchRun(again);
    expect(validation?.verdict).toBe('invalid');
    expect(validation?.findings.find(({ outcome }) => outcome === 'failed')?.detail).toContain('public.t');

    const fresh = await eventually(
      async () => {
        const { runs } = await fleet.client.listRuns({ kind: 'backup' });
        return runs.find((run) => run.id !== id && run.state === 'completed');
      },
      'the fresh full',
      LIMIT_MS,
    );
    const { data } = await outcomeOf(fresh.id, 'backup.completed');
    const { backup: made } = eventSchemas['backup.completed'].parse(data);
    expect(made).toMatchObject({ type: 'full', trigger: 'drill-failed' });
    expect((await drilled(made)).verdict).toBe('proven');
  },
);
