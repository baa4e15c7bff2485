import type { Client } from '@holdfast/client';
import type { BackupContents } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import {
  backedUp,
  backup,
  backups,
  bad,
  drill,
  failedRun,
  restored,
  run,
  status,
  validated,
  VALIDATION_RUN,
} from '../test/builders.ts';
import { call } from '../test/fake-client.ts';
import { displayWidth } from './render/width.ts';
import { shown } from '../test/fake-terminal.ts';

// What a person sees, on terminals of 80 and 120 columns and in a pipe: golden files, to be read as examples.

const listed = {
  backups: [...backups],
  problems: [
    { key: 'toeic/broken.manifest.json', error: { code: 'manifest_invalid', message: 'It is not JSON.' } },
  ],
  total: 3,
  historyAvailable: true,
} satisfies Awaited<ReturnType<Client['listBackups']>>;

const entry = (fields: object) => ({
  timestamp: '2026-11-24T15:57:00Z',
  operation: 'backup',
  filename: backup().filename,
  success: true,
  duration: '1.412s',
  duration_ms: 1_412,
  size: 12_345_678,
  description: 'before the update',
  ...fields,
});

const inside = (withSizes: boolean): BackupContents => {
  const data = (sizeBytes: number) => (withSizes ? { sizeBytes } : {});
  return {
    filename: backup().filename,
    kind: 'custom',
    entries: [
      { kind: 'SCHEMA', name: 'sales', owner: 'admin' },
      { kind: 'EXTENSION', name: 'citext' },
      { kind: 'TABLE', schema: 'sales', name: 'orders', owner: 'admin' },
      {
        kind: 'TABLE',
        schema: 'sales',
        name: 'eine Tabelle mit einem ziemlich langen Namen',
        owner: 'admin',
      },
      { kind: 'VIEW', schema: 'public', name: 'totals', owner: 'reporting' },
      { kind: 'TABLE DATA', schema: 'sales', name: 'orders', owner: 'admin', ...data(48_123_456) },
      {
        kind: 'TABLE DATA',
        schema: 'sales',
        name: 'eine Tabelle mit einem ziemlich langen Namen',
        owner: 'admin',
        ...data(0),
      },
      { kind: 'BLOBS', name: 'BLOBS', ...data(2_000_000) },
      { kind: 'CONSTRAINT', schema: 'sales', name: 'orders orders_pkey', owner: 'admin' },
    ],
    ...(withSizes ? { dataBytes: 50_123_456 } : {}),
  };
};

const scenes: readonly (readonly [string, string, Partial<Client>])[] = [
  ['list', 'list', { listBackups: async () => listed }],
  ['list-verbose', 'list --verbose --sort size', { listBackups: async () => listed }],
  [
    'list-copies',
    'list',
    {
      listBackups: async () => ({
        ...listed,
        problems: [],
        backups: listed.backups.map((each, index) => ({
          ...each,
          copies: ['offsite', 'vault'].slice(0, index),
        })),
      }),
    },
  ],
  ['list-empty', 'list', { listBackups: async () => ({ ...listed, backups: [], problems: [], total: 0 }) }],
  ['contents', 'contents --file x', { getBackupContents: async () => inside(false) }],
  ['contents-sizes', 'contents --file x --sizes', { getBackupContents: async () => inside(true) }],
  ['status', 'status', { getStatus: async () => status() }],
  ['status-detailed', 'status --detailed', { getStatus: async () => status() }],
  [
    'create',
    'create --validate',
    {
      createBackup: async () => run(),
      watchRun: async (id) =>
        id === VALIDATION_RUN ? validated() : backedUp({ validationRun: VALIDATION_RUN }),
    },
  ],
  ['create-async', 'create --async', { createBackup: async () => run() }],
  ['create-failed', 'create', { createBackup: async () => run(), watchRun: async () => failedRun() }],
  [
    'create-invalid',
    'create --validate',
    {
      createBackup: async () => run(),
      watchRun: async (id) =>
        id === VALIDATION_RUN ? validated(bad) : backedUp({ validationRun: VALIDATION_RUN }),
    },
  ],
  [
    'restore',
    'restore --file x --yes',
    { createRestore: async () => run(), watchRun: async () => restored() },
  ],
  [
    'restore-in-place',
    'restore --file x --yes --mode in-place --no-safety-backup',
    {
      createRestore: async () => run(),
      watchRun: async () =>
        restored({
          mode: 'in-place',
          safetyBackup: undefined,
          previousDatabaseName: undefined,
          warnings: ['role "reporting" does not exist: its grants were left out'],
        }),
    },
  ],
  [
    'validate',
    'validate --file x',
    { createValidation: async () => run(), watchRun: async () => validated() },
  ],
  [
    'validate-drill',
    'validate --file x --level restore',
    { createValidation: async () => run(), watchRun: async () => validated(drill) },
  ],
  [
    'validate-invalid',
    'validate --file x',
    { createValidation: async () => run(), watchRun: async () => validated(bad) },
  ],
  [
    'validate-all',
    'validate --all',
    {
      listBackups: async () => ({ ...listed, problems: [] }),
      createValidation: async ({ filename }) => run({ id: filename }),
      watchRun: async (id) => validated(id.endsWith('.gz') ? { ...bad, filename: id } : { filename: id }),
    },
  ],
  [
    'history',
    'history',
    {
      enhancedListHistory: async () => ({
        status: 'success',
        data: {
          history: [
            entry({}),
            entry({
              operation: 'restore',
              success: false,
              size: 0,
              description: '',
              error: 'restore_failed: relation "a" exists',
            }),
          ],
          total: 25,
        },
      }),
    },
  ],
  [
    'runs-list',
    'runs list',
    { listRuns: async () => ({ runs: [run(), backedUp(), failedRun(), validated()] }) },
  ],
  [
    'runs-show',
    'runs show 1a2b3c4d',
    {
      listRuns: async () => ({ runs: [run()] }),
      getRun: async () => failedRun({ worker: 'host-1-abc', attempt: 3, failures: 3 }),
    },
  ],
  [
    'runs-cancel',
    'runs cancel 1a2b3c4d',
    { listRuns: async () => ({ runs: [run()] }), cancelRun: async () => run({ state: 'running' }) },
  ],
  [
    'history-rebuild',
    'history rebuild',
    { rebuildHistory: async () => ({ counts: { events: 412, backups: 12 } }) },
  ],
  [
    'delete',
    'delete --file x --yes',
    {
      deleteBackup: async () => run({ kind: 'removal' }),
      watchRun: async () =>
        run({
          kind: 'removal',
          state: 'completed',
          removal: { filename: backup().filename, name: backup().name, freedBytes: 12_345_678, by: 'admin' },
        }),
    },
  ],
];

for (const columns of [80, 120]) {
  test.each(scenes)(`%s at ${columns} columns`, async (name, line, methods) => {
    const { code, out, err } = await call(line, methods, { columns });
    const scene = `$ backup-admin ${line}\n${out}--- stderr\n${shown(err)}--- exit ${code}\n`;
    // The next step is to be copied, so it is not broken.
    const lines = out.split('\n').filter((text) => !text.startsWith('  next'));
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
    await expect(scene).toMatchFileSnapshot(`../test/golden/${name}-${columns}.txt`);
  });
}

test('into a pipe nothing is cut and nothing is coloured', async () => {
  const { out, err } = await call('list', { listBackups: async () => listed }, { env: {} });
  expect(out).toContain('vor dem Umzug nach 東京, mit allem was dazugehört und noch etwas mehr als das');
  expect(out + err).not.toContain('\u001b');
});

test.each([
  ['on a terminal there is colour', {}, true],
  ['NO_COLOR', { NO_COLOR: '1' }, false],
  ['a dumb terminal', { TERM: 'dumb' }, false],
])('%s', async (_name, env, coloured) => {
  const { out } = await call('list', { listBackups: async () => listed }, { columns: 100, env });
  expect(out.includes('\u001b[')).toBe(coloured);
});

test('--no-color wins over FORCE_COLOR', async () => {
  const env = { FORCE_COLOR: '1' };
  const listBackups = async () => listed;
  expect((await call('list', { listBackups }, { env })).out).toContain('\u001b[');
  expect((await call('list --no-color', { listBackups }, { env })).out).not.toContain('\u001b[');
});

test('names and descriptions from elsewhere cannot move the cursor', async () => {
  const evil = backup({ description: '\u001b[2J\u001b]0;owned\u0007', trigger: '\u001b[31m' });
  const { out } = await call('list', {
    listBackups: async () => ({ ...listed, backups: [evil], problems: [] }),
  });
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test.each([
  [
    'list --quiet',
    { listBackups: async () => listed },
    `${backups.map(({ filename }) => filename).join('\n')}\n`,
  ],
  [
    'create --quiet',
    { createBackup: async () => run(), watchRun: async () => backedUp() },
    `${backup().filename}\n`,
  ],
  ['status --quiet', { getStatus: async () => status() }, 'warning\n'],
  [
    'validate --quiet --file x',
    { createValidation: async () => run(), watchRun: async () => validated() },
    'valid\n',
  ],
  [
    'restore --quiet --yes --file x',
    { createRestore: async () => run(), watchRun: async () => restored() },
    'toeic\n',
  ],
] satisfies [string, Partial<Client>, string][])(
  '%s says the result alone',
  async (line, methods, expected) => {
    const { out } = await call(line, methods, { columns: 80 });
    expect(out).toBe(expected);
  },
);
