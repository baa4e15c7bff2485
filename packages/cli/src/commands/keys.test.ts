import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call } from '../../test/fake-client.ts';
import { fakeTerminal } from '../../test/fake-terminal.ts';
import { runCli } from '../run-cli.ts';

const OTHER = 'age1zqkparf466sqc927xlw7rml8nqx6uzftshlhjzmydgldgszswvhs2nkxay';

let dir: string;
let env: Record<string, string>;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-cli-keys-'));
  await mkdir(join(dir, 'backups'));
  env = { NO_COLOR: '1', HOLDFAST_HOME: join(dir, 'home'), BACKUP_DIR: join(dir, 'backups') };
});
afterEach(() => rm(dir, { recursive: true }));

/** Nothing here asks a server: opening one fails the test. */
async function cli(...argv: readonly string[]) {
  const terminal = fakeTerminal({ env });
  const code = await runCli(argv, terminal, () => Promise.reject(new Error('a server was asked')));
  return {
    code,
    out: terminal.out(),
    err: terminal.err(),
    json: () => JSON.parse(terminal.out()) as unknown,
  };
}
const at = (name: string): string => join(dir, name);

describe('keys generate', () => {
  test('a file that its owner alone reads, the public key shown, and what to set', async () => {
    const { code, out } = await cli('keys', 'generate', '--output', at('backup.key'));
    const file = await readFile(at('backup.key'), 'utf8');
    const [, recipient = ''] = /# public key: (age1\w+)\n/.exec(file) ?? [];
    expect(code).toBe(0);
    expect((await stat(at('backup.key'))).mode & 0o777).toBe(0o600);
    expect(file).toMatch(
      /^# created: 2026-11-24T16:00:00.000Z\n# public key: age1\w+\nAGE-SECRET-KEY-1\w+\n$/,
    );
    expect(out).toContain(`BACKUP_AGE_RECIPIENTS=${recipient}`);
    expect(out).toContain(`BACKUP_AGE_IDENTITY_FILE=${at('backup.key')}`);
    expect(out).not.toContain('AGE-SECRET-KEY');
  });

  test('never overwrites, and leaves what is there', async () => {
    await writeFile(at('backup.key'), 'somebody needs this');
    const { code, err } = await cli('keys', 'generate', '--output', at('backup.key'));
    expect([code, err]).toEqual([1, expect.stringContaining('never overwritten')]);
    expect(await readFile(at('backup.key'), 'utf8')).toBe('somebody needs this');
  });

  test('a folder that is not there', async () => {
    const { code, json } = await cli('keys', 'generate', '--output', at('no/backup.key'), '--json');
    expect([code, json()]).toEqual([
      1,
      { error: { code: 'storage_failed', message: expect.stringContaining('ENOENT') } },
    ]);
  });

  test('as JSON, and quietly', async () => {
    const first = await cli('keys', 'generate', '--output', at('one.key'), '--json');
    expect(first.json()).toEqual({
      identityFile: at('one.key'),
      recipient: expect.stringMatching(/^age1\w+$/),
    });
    const second = await cli('keys', 'generate', '--output', at('two.key'), '--quiet');
    expect(second.out).toMatch(/^age1\w+\n$/);
  });

  test('an index key, which keys show knows by its fingerprint', async () => {
    const { json } = await cli('keys', 'generate', '--index', '--output', at('index.key'), '--json');
    const { fingerprint } = json() as { fingerprint: string };
    expect((await stat(at('index.key'))).mode & 0o777).toBe(0o600);
    env = { ...env, BACKUP_AGE_RECIPIENTS: OTHER, BACKUP_INDEX_KEY_FILE: at('index.key') };
    expect((await cli('keys', 'show', '--json')).json()).toMatchObject({ keys: { indexKey: fingerprint } });
  });
});

describe('keys show', () => {
  test('no keys: the next step', async () => {
    const { code, out } = await cli('keys');
    expect([code, out]).toEqual([0, expect.stringContaining('backup-admin keys generate')]);
    expect(out).toContain('no: there is no key');
  });

  test('public keys alone', async () => {
    env = { ...env, BACKUP_AGE_RECIPIENTS: OTHER };
    const { out } = await cli('keys', 'show');
    expect(out).toContain(OTHER);
    expect(out).toContain('it has no private key');
    expect(out).toContain('backup-admin keys generate --index');
  });

  test('a private key: its public half, and never itself', async () => {
    await cli('keys', 'generate', '--output', at('backup.key'));
    env = { ...env, BACKUP_AGE_IDENTITY_FILE: at('backup.key') };
    const { out, json } = await cli('--local', 'keys', 'show', '--json');
    expect(out).not.toMatch(/SECRET/i);
    expect(json()).toMatchObject({ keys: { encryptsByDefault: true, readsOwn: true, notes: [] } });
    env = { ...env, BACKUP_AGE_RECIPIENTS: OTHER };
    expect((await cli('keys', 'show')).out).toContain('and so not what it writes');
  });

  test('settings that do not work', async () => {
    env = { ...env, BACKUP_AGE_IDENTITY_FILE: at('nothing.key') };
    const { code, err } = await cli('keys', 'show');
    expect([code, err]).toEqual([5, expect.stringContaining('BACKUP_AGE_IDENTITY_FILE')]);
  });
});

describe('keys rewrap', () => {
  test.each([
    ['neither --file nor --all', ['--recipients', OTHER]],
    ['both', ['--file', 'x', '--all', '--recipients', OTHER]],
    ['no recipients', ['--all']],
    ['no public key', ['--all', '--recipients', 'age1nobody']],
  ])('%s is a usage error', async (_name, flags) => {
    const { code } = await cli('keys', 'rewrap', ...flags);
    expect(code).toBe(2);
  });

  test('nothing is encrypted', async () => {
    const { code, out } = await cli('keys', 'rewrap', '--all', '--recipients', OTHER);
    expect([code, out]).toEqual([0, 'No backup is encrypted.\n']);
  });

  test('no such backup', async () => {
    const { code } = await cli('keys', 'rewrap', '--file', 'nothing', '--recipients', OTHER);
    expect(code).toBe(3);
  });

  test('its help says that it takes nothing back', async () => {
    expect((await call('keys rewrap --help')).out).toMatch(/It takes nothing\s+back/);
  });
});
