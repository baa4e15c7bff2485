import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { buildApp } from '../../examples/04-in-a-fastify-app.ts';
import { startFleet, type Fleet } from '../fleet/fleet.ts';
import { startExample } from './example-process.ts';

const SECRET = `whsec_${Buffer.from('what only the two of them know..').toString('base64')}`;
const workflowSchema = z.object({
  jobs: z.object({
    deploy: z.object({ steps: z.array(z.object({ id: z.string().optional(), run: z.string().optional() })) }),
  }),
});

let fleet: Fleet;
let http: Readonly<Record<string, string>>;
let bus: Readonly<Record<string, string>>;
beforeAll(async () => {
  fleet = await startFleet({ validators: 1 });
  http = { HOLDFAST_URL: fleet.url, HOLDFAST_TOKEN: fleet.token };
  bus = { NATS_URL: fleet.nats.url, NATS_SEED_FILE: fleet.nats.seedFileOf('integrator') };
});
afterAll(() => fleet.stop());

const totalBackups = async (): Promise<number> => (await fleet.client.listBackups({})).total;

test('01 asks over the bus; 02 hears of it, and goes on where it was after a restart', async () => {
  const position = join(fleet.dir, 'position');
  await writeFile(position, '0');
  const reacting = () => startExample('02-react-to-backups.ts', { ...bus, POSITION_FILE: position });
  const filenames: string[] = [];
  for (const round of [1, 2]) {
    // In the second round the backup is made while nobody listens.
    const asking = startExample('01-request-a-backup.ts', bus, ['app']);
    const [, filename = ''] = await asking.line(/^backup\.completed (\S+)$/m);
    expect([round, await asking.ended()]).toEqual([round, 0]);
    const listening = reacting();
    const [, told] = await listening.line(/^app (\S+) \d+$/m);
    expect(told).toBe(filename);
    expect(await listening.stop()).toBe(0);
    expect(listening.output().trim().split('\n')).toHaveLength(1);
    filenames.push(filename);
  }
  expect(new Set(filenames).size).toBe(2);
});

test('03 migrates after a validated backup, once for one deployment, and never without one', async () => {
  const before = await totalBackups();
  const migrate = (database: string) =>
    startExample('03-backup-before-a-migration.ts', { ...http, DEPLOYMENT: 'v1.2.3' }, [
      database,
      process.execPath,
      '--print',
      '"migrated"',
    ]);
  for (const again of [migrate('app'), migrate('app')]) expect(await again.ended()).toBe(0);
  expect(await totalBackups()).toBe(before + 1);

  const refused = migrate('nowhere');
  expect(await refused.ended()).toBe(1);
  expect(refused.output()).toMatch(/^No backup, so no migration\. database_unknown: /);
});

test('04 asks and looks for its users, and says why something is not possible', async () => {
  const app = buildApp(fleet.client);
  const asked = await app.inject({ method: 'POST', url: '/databases/app/backups' });
  expect(asked.statusCode).toBe(202);
  const run = asked.json<{ readonly id: string }>();
  await fleet.client.watchRun(run.id);
  const looked = await app.inject(String(asked.headers.location));
  expect(looked.json()).toMatchObject({
    id: run.id,
    state: 'completed',
    filename: expect.any(String) as string,
  });
  expect((await app.inject('/health/backups')).json()).toEqual({ stale: [] });

  const refused = await app.inject({ method: 'POST', url: '/databases/nowhere/backups' });
  expect([refused.statusCode, refused.json()]).toEqual([
    404,
    { code: 'database_unknown', message: expect.stringContaining('nowhere') as string },
  ]);
  const later = buildApp(fleet.client, () => Date.now() + 2 * 86_400_000);
  expect((await later.inject('/health/backups')).statusCode).toBe(503);
  await Promise.all([app.close(), later.close()]);
});

test("05: the step's script makes one backup however often it runs, and fails with our sentence", async () => {
  const file = resolve(import.meta.dirname, '../../examples/05-github-actions.yml');
  const { steps } = workflowSchema.parse(parse(await readFile(file, 'utf8'))).jobs.deploy;
  const script = steps.find(({ id }) => id === 'backup')?.run ?? '';
  const output = join(fleet.dir, 'github-output');
  const step = (database: string) =>
    promisify(execFile)('bash', ['-c', script], {
      env: {
        PATH: process.env['PATH'],
        ...http,
        HOLDFAST_DATABASE: database,
        GITHUB_SHA: '0a1b2c3',
        GITHUB_RUN_ID: '17',
        GITHUB_OUTPUT: output,
      },
    });
  const before = await totalBackups();
  await step('app');
  await step('app');
  expect(await totalBackups()).toBe(before + 1);
  const [first, second] = (await readFile(output, 'utf8')).trim().split('\n');
  expect(first).toMatch(/^filename=app_\d{8}T\d{6}Z_full_\w{8}\.dump\.zst$/);
  expect(second).toBe(first);
  await expect(step('nowhere')).rejects.toMatchObject({
    stdout: expect.stringMatching(/^::error::database_unknown: .*nowhere/) as string,
  });
});

test('07 believes what the notifier signed, and nothing else', async () => {
  const receiver = startExample('07-receive-a-webhook.ts', { PORT: '0', WEBHOOK_SECRET: SECRET });
  const [, port = ''] = await receiver.line(/^listening on (\d+)$/m);
  const url = `http://127.0.0.1:${port}/`;
  await fleet.start('notifier', {
    NOTIFIER_STATE_DIR: join(fleet.dir, 'notifier'),
    BACKUP_WEBHOOK_URL: url,
    BACKUP_WEBHOOK_SECRET: SECRET,
    BACKUP_WEBHOOK_ALLOW_PRIVATE: 'true',
  });
  const { id } = await fleet.client.createBackup({ database: 'app' });
  await fleet.client.watchRun(id);
  await receiver.line(/^backup\.completed: .*app/m);
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  expect(await receiver.stop()).toBe(0);
});
