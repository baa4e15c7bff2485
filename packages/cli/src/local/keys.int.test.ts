import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeTerminal } from '../../test/fake-terminal.ts';
import { runCli } from '../run-cli.ts';

// Keys from their making to their exchange, on a real repository, with no server of ours.

let server: TestPostgres;
let root = '';
/** Encrypts to the first key and reads by it. */
let env: Record<string, string> = {};
const recipients: Record<string, string> = {};

async function cli(argv: readonly string[], own = env, answers?: readonly string[]) {
  const terminal = fakeTerminal({ env: own, ...(answers ? { answers } : {}) });
  const code = await runCli(['--local', ...argv], terminal);
  return { code, out: terminal.out(), err: terminal.err(), questions: terminal.questions };
}
const readBy = (name: string): Record<string, string> => ({
  ...env,
  BACKUP_AGE_IDENTITY_FILE: join(root, `${name}.key`),
});
const grow = (): Promise<void> =>
  server.psql('insert into words (word) select md5(random()::text) from generate_series(1, 3000)', 'app');

beforeAll(async () => {
  [server, root] = await Promise.all([startTestPostgres(), mkdtemp(join(tmpdir(), 'hf-cli-keys-'))]);
  await mkdir(join(root, 'backups'));
  await server.createDatabase('app');
  await server.psql('create table words (id serial primary key, word text)', 'app');
  env = { NO_COLOR: '1', HOLDFAST_HOME: join(root, 'home'), BACKUP_DIR: join(root, 'backups') };
  for (const name of ['old', 'new'])
    recipients[name] = (
      await cli(['keys', 'generate', '--quiet', '--output', join(root, `${name}.key`)])
    ).out.trim();
  env = {
    ...env,
    BACKUP_DATABASES: `app=${server.url('app')}`,
    BACKUP_AGE_RECIPIENTS: recipients['old'] ?? '',
    BACKUP_AGE_IDENTITY_FILE: join(root, 'old.key'),
  };
  for (const type of ['full', 'incremental']) {
    await grow();
    const { code, err } = await cli(['create', '--type', type, '--quiet']);
    if (code !== 0) throw new Error(err);
  }
});
afterAll(async () => {
  await server.stop();
  await rm(root, { recursive: true, force: true });
});

const files = async (): Promise<readonly string[]> => readdir(join(root, 'backups', 'app'));
const validates = async (own: Record<string, string>): Promise<number> =>
  (await cli(['validate', '--all', '--quiet'], own)).code;

test('not without a yes when this process could read them no longer', async () => {
  const before = await files();
  const argv = ['keys', 'rewrap', '--all', '--recipients', recipients['new'] ?? ''];
  expect((await cli(argv)).code).toBe(2);
  const asked = await cli(argv, env, ['no']);
  expect([asked.code, asked.questions]).toEqual([1, [expect.stringContaining('rewrap')]]);
  expect(await files()).toEqual(before);
});

test('one of a chain: its whole chain, for both keys; then all of it for the new one alone', async () => {
  const [newest = ''] = (await cli(['list', '--quiet'])).out.split('\n');
  const both = `${recipients['old']},${recipients['new']}`;
  const first = await cli(['keys', 'rewrap', '--file', newest, '--recipients', both]);
  expect([first.code, first.out]).toEqual([0, expect.stringContaining('2 backups got other recipients')]);
  expect(first.out).toContain('to shut somebody out, back up again');
  expect([await validates(readBy('old')), await validates(readBy('new'))]).toEqual([0, 0]);

  const again = await cli(['keys', 'rewrap', '--all', '--recipients', both]);
  expect(again.out).toBe('Nothing was done: 2 backups had these recipients already.\n');

  const second = await cli([
    'keys',
    'rewrap',
    '--all',
    '--recipients',
    recipients['new'] ?? '',
    '--yes',
    '--json',
  ]);
  expect(JSON.parse(second.out)).toMatchObject({
    recipients: [recipients['new']],
    changed: [expect.stringContaining('.r3-'), expect.stringContaining('.r3-')],
    unchanged: [],
    failed: [],
  });
  expect([await validates(readBy('old')), await validates(readBy('new'))]).toEqual([5, 0]);
  // Data and roles of each, as they are now, and three manifests of each.
  expect((await files()).filter((name) => !name.includes('.manifest.'))).toHaveLength(4);
  expect((await files()).filter((name) => name.includes('.manifest.'))).toHaveLength(6);
});

test('a key that reads none of them: which kept their recipients, and the code', async () => {
  const { code, out } = await cli([
    'keys',
    'rewrap',
    '--all',
    '--recipients',
    recipients['old'] ?? '',
    '--json',
  ]);
  expect(code).toBe(5);
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'key_wrong' },
    changed: [],
    failed: [{ error: { code: 'key_wrong' } }, { error: { code: 'key_wrong' } }],
  });
});

test('no private key shows anywhere', async () => {
  for (const argv of [
    ['keys', 'show'],
    ['keys', 'show', '--json'],
    ['keys', 'rewrap', '--all', '--recipients', 'age1x', '--verbose'],
  ]) {
    const { out, err } = await cli(argv);
    const secret = /AGE-SECRET-KEY-1\w+/.exec(await readFile(join(root, 'old.key'), 'utf8'))?.[0] ?? '';
    expect(out + err).not.toContain(secret);
  }
});
