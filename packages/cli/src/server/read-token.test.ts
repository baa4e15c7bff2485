import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServer } from './open-server.ts';
import { readToken } from './read-token.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'hf-cli-token-'));
  await writeFile(join(home, 'admin-token'), 'hf_own\n');
  await writeFile(join(home, 'flag'), 'hf_flag');
  await writeFile(join(home, 'named'), 'hf_named');
});
afterEach(() => rm(home, { recursive: true }));

test.each([
  [
    '--token-file first',
    { tokenFile: 'flag' },
    { HOLDFAST_TOKEN: 'hf_env', HOLDFAST_TOKEN_FILE: 'named' },
    'hf_flag',
  ],
  ['then HOLDFAST_TOKEN', {}, { HOLDFAST_TOKEN: 'hf_env', HOLDFAST_TOKEN_FILE: 'named' }, 'hf_env'],
  ['then HOLDFAST_TOKEN_FILE', {}, { HOLDFAST_TOKEN: '', HOLDFAST_TOKEN_FILE: 'named' }, 'hf_named'],
  ["then the standalone's", {}, {}, 'hf_own'],
])('%s', async (_name, { tokenFile }: { tokenFile?: string }, env: Record<string, string>, expected) => {
  const inHome = (name: string): string => join(home, name);
  const named = env['HOLDFAST_TOKEN_FILE'];
  const token = await readToken(tokenFile === undefined ? {} : { tokenFile: inHome(tokenFile) }, {
    ...env,
    HOLDFAST_HOME: home,
    ...(named === undefined ? {} : { HOLDFAST_TOKEN_FILE: inHome(named) }),
  });
  expect(token).toBe(expected);
});

test('without any there is none: the server says what it thinks of that', async () => {
  await rm(join(home, 'admin-token'));
  expect(await readToken({}, { HOLDFAST_HOME: home })).toBeUndefined();
});

test('a file that was named and is not there is told by its path', async () => {
  const reading = readToken({ tokenFile: join(home, 'none') }, {});
  await expect(reading).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('none (ENOENT)'),
  });
});

test('a file that holds no token is refused without showing what it holds', async () => {
  await writeFile(join(home, 'flag'), 'secret one\nsecret two');
  const reading = readToken({ tokenFile: join(home, 'flag') }, {});
  await expect(reading).rejects.toThrow(/holds no token/);
  await expect(reading).rejects.not.toThrow(/secret/);
});

test.each(['nonsense', 'ftp://host', ''])('--url %j is refused before anything is sent', async (url) => {
  await expect(openServer({ url, color: true }, { HOLDFAST_HOME: home })).rejects.toMatchObject({
    code: 'invalid_request',
  });
});

test('--url wins over HOLDFAST_URL, which wins over the default', async () => {
  const env = { HOLDFAST_HOME: home, HOLDFAST_URL: 'http://env:1' };
  expect((await openServer({ url: 'https://flag', color: true }, env)).place).toBe('https://flag');
  expect((await openServer({ color: true }, env)).place).toBe('http://env:1');
  expect((await openServer({ color: true }, { HOLDFAST_HOME: home })).place).toBe('http://127.0.0.1:8484');
});
