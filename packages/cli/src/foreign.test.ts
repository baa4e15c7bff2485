import type { Client } from '@holdfast/client';
import type { Foreign } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { backup, backups, restored, run, status, validated } from '../test/builders.ts';
import { call } from '../test/fake-client.ts';
import { shown } from '../test/fake-terminal.ts';

// Files without a manifest, as a person meets them: golden files, to be read as examples.

const file: Foreign = {
  origin: 'foreign',
  key: 'auto_backup_20261120_030000.sql',
  filename: 'auto_backup_20261120_030000.sql',
  kind: 'plain',
  compression: 'none',
  description: 'from the old server',
  createdAt: '2026-11-20T03:00:00.000Z',
  sizeBytes: 48_123_456,
  lastValidation: { at: '2026-11-24T15:58:00Z', level: 'structure', verdict: 'valid' },
};
const listed = {
  backups: [...backups],
  foreign: [file],
  problems: [],
  total: 3,
  historyAvailable: true,
} satisfies Awaited<ReturnType<Client['listBackups']>>;

const scenes: readonly (readonly [string, string, Partial<Client>])[] = [
  ['list', 'list', { listBackups: async () => listed }],
  ['list-verbose', 'list --verbose', { listBackups: async () => listed }],
  [
    'restore',
    'restore --file x --yes',
    {
      createRestore: async () => run(),
      watchRun: async () =>
        restored({
          filename: file.filename,
          compared: false,
          warnings: [
            `${file.filename} has no manifest: nothing says what must be in it, so what was restored was not compared.`,
          ],
        }),
    },
  ],
  [
    'validate',
    'validate --file x --level restore',
    {
      createValidation: async () => run(),
      watchRun: async () =>
        validated({
          filename: file.filename,
          name: file.filename,
          level: 'restore',
          findings: [
            {
              check: 'restore',
              outcome: 'ok',
              detail:
                'restored into a scratch server in 2.1 s (own cluster, same OS user, no network): 2 tables, 2000 rows',
            },
            {
              check: 'fingerprint',
              outcome: 'skipped',
              detail: 'it has no manifest: nothing says what must be in it, so it cannot be proven',
            },
          ],
        }),
    },
  ],
];

test.each(scenes)('%s', async (name, line, methods) => {
  const { code, out, err } = await call(line, methods, { columns: 100 });
  const scene = `$ backup-admin ${line}\n${out}--- stderr\n${shown(err)}--- exit ${code}\n`;
  await expect(scene).toMatchFileSnapshot(`../test/golden/foreign-${name}.txt`);
});

const asking: Partial<Client> = {
  getBackup: async () => file,
  getStatus: async () =>
    status({ databases: [{ id: 'toeic', name: 'TOEIC live', workers: 1, backups: 1, sizeBytes: 1 }] }),
};

test.each([
  ['restore', 'restore --file x'],
  ['restore-trusted', 'restore --file x --to copy --trust-file'],
  ['delete', 'delete --file x'],
])('the question before a %s', async (name, line) => {
  const { err, terminal } = await call(line, asking, { columns: 100, answers: [undefined] });
  const asked = `${shown(err).split('✗')[0] ?? ''}${terminal.questions.join('\n')}\n`;
  await expect(asked).toMatchFileSnapshot(`../test/golden/ask-foreign-${name}.txt`);
});

test('a restore of a file without a database, where there are several, says which flag is missing', async () => {
  const { code, err } = await call(
    'restore --file x',
    { ...asking, getStatus: async () => status() },
    { columns: 80, answers: [] },
  );
  expect(code).toBe(2);
  expect(err).toMatch(/does not say which database it is of/);
  expect(err).toMatch(/--database with one of app, toeic/);
});

test('a script gets them in a list of their own, within the limit, and their names with --quiet', async () => {
  const listBackups = async () => listed;
  const all = JSON.parse((await call('list --json', { listBackups })).out) as typeof listed;
  expect([all.backups.length, all.foreign.map(({ filename }) => filename)]).toEqual([3, [file.filename]]);
  const two = JSON.parse(
    (await call('list --json --limit 2 --sort size', { listBackups })).out,
  ) as typeof listed;
  expect([two.backups.length, two.foreign.length]).toEqual([1, 1]);
  expect((await call('list --quiet', { listBackups })).out).toContain(`${file.filename}\n`);
  const none = JSON.parse(
    (await call('list --json', { listBackups: async () => ({ ...listed, foreign: undefined }) })).out,
  ) as object;
  expect(none).not.toHaveProperty('foreign');
});

test('validate --all looks at them too', async () => {
  const asked: string[] = [];
  const { code } = await call('validate --all', {
    listBackups: async () => ({ ...listed, backups: [backup()] }),
    createValidation: async ({ filename }) => {
      asked.push(filename);
      return run();
    },
    watchRun: async () => validated(),
  });
  expect([code, asked]).toEqual([0, [backup().filename, file.filename]]);
});

test('an export is compared with what is known of it', async () => {
  const { code, err } = await call('export --file x --output -', {
    getBackup: async () => file,
    downloadBackup: async () => new Response('select 1;'),
  });
  expect(code).toBe(4);
  expect(err).toMatch(/9 of 48123456 bytes/);
});
