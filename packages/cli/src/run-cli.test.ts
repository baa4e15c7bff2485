import type { Client } from '@holdfast/client';
import { errorKinds, HoldfastError, release, type ErrorCode } from '@holdfast/contracts';
import { expect, test, vi } from 'vitest';
import {
  backedUp,
  backup,
  backups,
  bad,
  failedRun,
  restored,
  run,
  status,
  validated,
  VALIDATION_RUN,
} from '../test/builders.ts';
import { call } from '../test/fake-client.ts';

const failing = (code: ErrorCode): Partial<Client> => ({
  listBackups: () => Promise.reject(new HoldfastError(code, `It is ${code}; do something.`)),
});

test.each(Object.entries(errorKinds))(
  '%s has its exit code, as text and as JSON',
  async (code, { exitCode }) => {
    const methods = failing(code as ErrorCode); // the table's own key
    const text = await call('list', methods);
    expect(text.code).toBe(exitCode);
    expect(text.out).toBe('');
    expect(text.err.split('\n')[0]).toBe(`✗ The backups could not be listed [${code}]`);
    expect(text.err.trimEnd().split('\n')).toHaveLength(3);
    const json = await call('list --json', methods);
    expect(json.code).toBe(exitCode);
    expect(JSON.parse(json.out)).toEqual({ error: { code, message: `It is ${code}; do something.` } });
    expect(json.err).toBe('');
  },
);

test.each([
  ['an unknown verb', 'lst', "unknown command 'lst'; did you mean list?"],
  ['an unknown flag', 'list --limt 3', "unknown option '--limt'; did you mean --limit?"],
  ['an unknown global flag', '--jsn list', "unknown option '--jsn'; did you mean --json?"],
  ['a flag without its value', 'create --description', "option '--description <text>' argument missing."],
  ['a missing flag', 'restore --yes', "required option '--file <name>' not specified."],
  [
    'a number that is none',
    'list --limit many',
    "option '--limit <n>' argument 'many' is invalid. It is a whole number from 1 to 1000000.",
  ],
  [
    'a choice that is none',
    'validate --file x --level deep',
    "option '--level <level>' argument 'deep' is invalid. Allowed choices are checksum, structure, restore.",
  ],
  [
    'a word too many',
    'list everything',
    "too many arguments for 'list'. Expected 0 arguments but got 1: everything.",
  ],
  ['neither --file nor --all', 'validate', 'Name one backup with --file, or take --all.'],
  ['both --file and --all', 'validate --file x --all', 'Name one backup with --file, or take --all.'],
  [
    '--mode new without --to',
    'restore --file x --mode new',
    '--mode new needs the name of the database to make.',
  ],
  [
    '--to with another mode',
    'restore --file x --mode swap --to y',
    '--to goes with --mode new, not with --mode swap.',
  ],
  [
    '--keep-extra with another mode',
    'restore --file x --keep-extra',
    '--keep-extra goes with --mode in-place, not with --mode swap.',
  ],
  [
    'a part in place of the whole',
    'restore --file x --table a.b',
    'A part of a backup does not take the place of a whole database.',
  ],
  [
    'no such shell',
    'completion tcsh',
    "command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.",
  ],
])('%s is a usage error', async (_name, line, message) => {
  const { code, out } = await call(`${line} --json`);
  expect(code).toBe(2);
  expect(JSON.parse(out)).toEqual({ error: { code: 'invalid_request', message } });
});

test.each([
  '',
  '--help',
  'help',
  'list --help',
  'help list',
  'runs --help',
  'runs show --help',
  '--version',
  'version',
])('"%s" answers on stdout, exit 0, and asks nobody', async (line) => {
  const { code, out, err } = await call(line);
  expect([code, err]).toEqual([0, '']);
  expect(out).not.toBe('');
});

test.each([
  'create',
  'restore',
  'list',
  'contents',
  'validate',
  'status',
  'history',
  'history rebuild',
  'runs',
  'runs list',
  'runs show',
  'runs cancel',
  'export',
  'delete',
  'undo',
  'keys',
  'keys show',
  'keys generate',
  'keys rewrap',
  'completion',
  'version',
])('the help of %s has two or three real examples', async (verb) => {
  const { out } = await call(`${verb} --help`);
  const examples = out.split('Examples:\n')[1]?.trimEnd().split('\n') ?? [];
  expect(examples.length).toBeGreaterThanOrEqual(2);
  for (const example of examples) expect(example).toMatch(/^ {2}backup-admin \S/);
});

test('the version is the release that the contracts know', async () => {
  expect((await call('--version')).out).toBe(`${release}\n`);
  expect(JSON.parse((await call('version --json')).out)).toMatchObject({ version: release });
});

test.each([
  ['before the verb', '--json --verbose list --limit 1'],
  ['after the verb', 'list --limit 1 --json --verbose'],
  ['around it', '--json list --limit 1 --verbose'],
])('global flags %s', async (_name, line) => {
  const listBackups = vi.fn<Client['listBackups']>(async () => ({
    backups: [backup()],
    problems: [],
    total: 1,
    historyAvailable: true,
  }));
  const { code, out } = await call(line, { listBackups });
  expect(code).toBe(0);
  expect(listBackups).toHaveBeenCalledWith({ limit: 1 });
  expect(JSON.parse(out)).toMatchObject({ backups: [{ filename: backup().filename }] });
});

test.each(['list', 'status'])('%s --format json is --json', async (verb) => {
  const methods: Partial<Client> = {
    listBackups: async () => ({ backups: [...backups], problems: [], total: 3, historyAvailable: true }),
    getStatus: async () => status(),
  };
  expect((await call(`${verb} --format json`, methods)).out).toBe(
    (await call(`${verb} --json`, methods)).out,
  );
  expect(JSON.parse((await call('list --format json', failing('bus_unavailable'))).out)).toHaveProperty(
    'error',
  );
});

test.each([
  ['create', { createBackup: async () => run(), watchRun: async () => backedUp() }],
  ['restore --file x --yes', { createRestore: async () => run(), watchRun: async () => restored() }],
  ['validate --file x', { createValidation: async () => run(), watchRun: async () => validated() }],
] satisfies [string, Partial<Client>][])('%s --json is one document with the run', async (line, methods) => {
  const { code, out } = await call(`${line} --json`, methods);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ run: { state: 'completed' } });
});

test('a run that failed stands beside its error', async () => {
  const { code, out } = await call('create --json', {
    createBackup: async () => run(),
    watchRun: async () => failedRun(),
  });
  expect(code).toBe(6);
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'server_unreachable' }, run: { state: 'failed' } });
});

test('an invalid backup is exit 4, with the findings', async () => {
  const methods: Partial<Client> = {
    createValidation: async () => run(),
    watchRun: async () => validated(bad),
  };
  const { code, out } = await call('validate --file x --json', methods);
  expect(code).toBe(4);
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'invalid_backup', message: expect.stringContaining('archive_truncated') },
    run: { validation: { verdict: 'invalid' } },
  });
});

test('a backup whose validation finds it bad is exit 4, and both runs are told', async () => {
  const { code, out } = await call('create --validate --json', {
    createBackup: async () => run(),
    watchRun: async (id) =>
      id === VALIDATION_RUN ? validated(bad) : backedUp({ validationRun: VALIDATION_RUN }),
  });
  expect(code).toBe(4);
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'invalid_backup' },
    run: { backup: {} },
    validation: { validation: {} },
  });
});

test('validate --all looks at the others although one cannot be looked at', async () => {
  const watchRun = vi.fn<Client['watchRun']>(async (id) =>
    id.startsWith('app_')
      ? failedRun({ error: { code: 'drill_unavailable', message: 'No scratch server.' } })
      : validated({ filename: id }),
  );
  const { code, out } = await call('validate --all --json', {
    listBackups: async () => ({ backups: [...backups], problems: [], total: 3, historyAvailable: true }),
    createValidation: async ({ filename }) => run({ id: filename }),
    watchRun,
  });
  expect(code).toBe(1);
  expect(watchRun).toHaveBeenCalledTimes(3);
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'drill_unavailable' }, runs: [{}, {}, {}] });
});

test.each([
  ['create --type full', { type: 'full' }],
  ['create --type incremental', { type: 'incremental' }],
  ['create --type migration', { trigger: 'migration' }],
  ['create --description before␣it', { description: 'before it' }],
  ['create --compress', { compression: 'zstd' }],
  ['create --no-compress', { compression: 'none' }],
  ['create --validate', { validate: 'structure' }],
  ['create --validate --level restore', { validate: 'restore' }],
  ['create --encrypt --type incremental', { encrypt: true, type: 'incremental' }],
  ['create --schema a --schema b', { selection: { schemas: ['a', 'b'] } }],
  [
    'create --table a.* b --exclude-table-data c',
    { selection: { tables: ['a.*', 'b'], excludeTableData: ['c'] } },
  ],
  ['create --level checksum --database app', { validate: 'checksum', database: 'app' }],
  ['create', {}],
])('%s asks for %o', async (line, expected) => {
  const createBackup = vi.fn<Client['createBackup']>(async () => run());
  await call(`${line} --async`, { createBackup });
  expect(createBackup).toHaveBeenCalledWith(expected);
});

test.each([
  ['', { mode: 'swap' }],
  [' --safety-backup', { mode: 'swap', safetyBackup: true }],
  [' --no-safety-backup', { mode: 'swap', safetyBackup: false }],
  [' --mode in-place --keep-extra', { mode: 'in-place', keepExtra: true }],
  [' --mode new --to copy', { mode: 'new', newDatabaseName: 'copy' }],
  [' --mode in-place --table a.b', { mode: 'in-place', selection: { tables: ['a.b'] } }],
  [' --to copy --schema a b', { mode: 'new', newDatabaseName: 'copy', selection: { schemas: ['a', 'b'] } }],
  [' --to copy', { mode: 'new', newDatabaseName: 'copy' }],
  [' --database app --trust-file', { mode: 'swap', database: 'app', trustFile: true }],
])('restore%s asks for %o', async (flags, expected) => {
  const createRestore = vi.fn<Client['createRestore']>(async () => run());
  await call(`restore --file x --yes${flags}`, { createRestore, watchRun: async () => restored() });
  expect(createRestore).toHaveBeenCalledWith({ filename: 'x', ...expected });
});

test.each([
  ['date', backups.map(({ filename }) => filename)],
  ['name', backups.map(({ filename }) => filename).toSorted()],
  ['size', [backups[1], backups[0], backups[2]].map((each) => each?.filename)],
])('list --sort %s', async (sort, expected) => {
  const listBackups = async () => ({ backups: [...backups], problems: [], total: 3, historyAvailable: true });
  const { out } = await call(`list --quiet --sort ${sort}`, { listBackups });
  expect(out.trimEnd().split('\n')).toEqual(expected);
});

test('what only a server does is refused without one', async () => {
  for (const line of ['history', 'runs list', 'delete --file x --yes', 'undo --run 1a2b3c4d']) {
    const { code, err } = await call(line, {}, { kind: 'local' });
    expect([line, code]).toEqual([line, 2]);
    expect(err).toContain('through the server only');
  }
});

test('--verbose adds where an error came from', async () => {
  const cause = new Error('the socket said so');
  const listBackups = () => Promise.reject(new HoldfastError('internal', 'It broke.', { cause }));
  expect((await call('list', { listBackups })).err).not.toContain('the socket said so');
  expect((await call('list --verbose', { listBackups })).err).toMatch(/It broke[\s\S]+the socket said so/);
});
