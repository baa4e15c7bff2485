import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { call } from '../../test/fake-client.ts';
import { openServer } from '../server/open-server.ts';
import { readToken } from '../server/read-token.ts';
import { chosenProfile } from './chosen-profile.ts';
import { profilesPath } from './profile-file.ts';

let folder = '';
let env: Record<string, string> = {};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hf-cli-profiles-'));
  env = { XDG_CONFIG_HOME: join(folder, 'config'), HOLDFAST_HOME: folder };
  await writeFile(join(folder, 'prod-token'), 'hf_prod\n');
});
afterEach(() => rm(folder, { recursive: true }));

const add = (name: string, url: string, file = '') =>
  call(`profiles add ${name} --url ${url}${file && ` --token-file ${file}`}`, {}, { env });

test('a profile gives the URL and the token; it is kept for its owner alone', async () => {
  expect((await add('prod', 'https://backup.example.com', join(folder, 'prod-token'))).code).toBe(0);
  expect((await stat(profilesPath(env))).mode & 0o777).toBe(0o600);
  const server = await openServer({ profile: 'prod', color: true }, { ...env, HOLDFAST_URL: 'http://other' });
  expect(server.place).toBe('https://backup.example.com');
  const profile = await chosenProfile({ profile: 'prod' }, env);
  expect(await readToken({}, { ...env, HOLDFAST_TOKEN: 'hf_env' }, profile)).toBe('hf_prod');
});

test('HOLDFAST_PROFILE names one too; --url leaves it and its token out', async () => {
  await add('prod', 'https://backup.example.com', join(folder, 'prod-token'));
  const named = { ...env, HOLDFAST_PROFILE: 'prod' };
  expect((await openServer({ color: true }, named)).place).toBe('https://backup.example.com');
  expect(await chosenProfile({ url: 'http://elsewhere' }, named)).toBeUndefined();
});

test('one that is not known, and both flags at once, are refused', async () => {
  await expect(chosenProfile({ profile: 'prod' }, env)).rejects.toThrow(/no profile "prod"/);
  await expect(chosenProfile({ profile: 'a', url: 'http://b' }, env)).rejects.toThrow(/both name a server/);
});

test('listed, changed and forgotten', async () => {
  await add('prod', 'https://one.example.com');
  expect((await add('prod', 'https://two.example.com')).out).toContain('is changed');
  await add('test', 'http://127.0.0.1:1');
  const { out } = await call('profiles --quiet', {}, { env });
  expect(out).toBe('prod\ntest\n');
  expect((await call('profiles', {}, { env, columns: 80 })).out).toContain('https://two.example.com');
  expect((await call('profiles remove prod', {}, { env })).code).toBe(0);
  expect((await call('profiles remove prod', {}, { env })).code).toBe(2);
});

test('a file that is none is told by its path', async () => {
  await add('prod', 'https://one.example.com');
  await writeFile(profilesPath(env), '{"prod":{}}');
  const { code, err } = await call('profiles', {}, { env });
  expect(code).toBe(2);
  expect(err).toContain('profiles.json');
});
