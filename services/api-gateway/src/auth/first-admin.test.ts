import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryBucket } from '../../test/memory-bucket.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { FIRST_ADMIN, hashOf, newToken, openTokens, TOKEN, type TokenBucket } from './tokens.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-token-'));
});
afterEach(() => rm(folder, { recursive: true }));

const now = (): Date => new Date('2026-01-01T00:00:00Z');
const fresh = (): TokenBucket & { keys(): readonly string[] } => memoryBucket();
const tokenIn = async (file: string): Promise<string> => (await readFile(file, 'utf8')).trim();

test('the first start writes a token once, for its owner alone, and it opens the door', async () => {
  const bucket = fresh();
  const file = join(folder, 'home', 'admin-token');
  expect(await ensureFirstAdmin(bucket, file, now)).toEqual({ outcome: 'created' });
  const token = await tokenIn(file);
  expect(token).toMatch(TOKEN);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await openTokens(bucket).callerOf(token)).toMatchObject({ name: 'admin' });
  expect(await readdir(join(folder, 'home'))).toEqual(['admin-token']);
  expect(await ensureFirstAdmin(bucket, file, now)).toEqual({ outcome: 'already-there' });
  expect(await tokenIn(file)).toBe(token);
});

test('three gateways of one machine make one token', async () => {
  const bucket = fresh();
  const file = join(folder, 'admin-token');
  const outcomes = await Promise.all([1, 2, 3].map(() => ensureFirstAdmin(bucket, file, now)));
  expect(outcomes.filter(({ outcome }) => outcome !== 'already-there')).toHaveLength(1);
  expect(bucket.keys().toSorted()).toEqual([hashOf(await tokenIn(file)), FIRST_ADMIN].toSorted());
  expect(await readdir(folder)).toEqual(['admin-token']);
});

test('three gateways of three machines make one token, and only the winner keeps a file', async () => {
  const bucket = fresh();
  const files = [1, 2, 3].map((number) => join(folder, `machine-${number}`));
  const outcomes = await Promise.all(files.map((file) => ensureFirstAdmin(bucket, file, now)));
  expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
  const [only, ...others] = await readdir(folder);
  expect(others).toEqual([]);
  expect(bucket.keys()).toContain(hashOf(await tokenIn(join(folder, only ?? ''))));
  expect(bucket.keys()).toHaveLength(2);
});

test("when the bus lost everything, the file's token is registered again", async () => {
  const file = join(folder, 'admin-token');
  const token = newToken();
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  const bucket = fresh();
  expect(await ensureFirstAdmin(bucket, file, now)).toEqual({ outcome: 'registered-again' });
  expect(await openTokens(bucket).callerOf(token)).toMatchObject({ name: 'admin' });
});

test('a gateway that died between the marker and the key is finished by the next', async () => {
  const bucket = fresh();
  const token = newToken();
  await bucket.create(FIRST_ADMIN, { firstAdmin: hashOf(token), registered: false });
  await ensureFirstAdmin(bucket, join(folder, 'absent'), now);
  expect(await openTokens(bucket).callerOf(token)).toMatchObject({ name: 'admin' });
});

test('a token that was revoked is not brought back by a restart', async () => {
  const bucket = fresh();
  const file = join(folder, 'admin-token');
  await ensureFirstAdmin(bucket, file, now);
  const token = await tokenIn(file);
  await bucket.remove(hashOf(token));
  await ensureFirstAdmin(bucket, file, now);
  expect(await openTokens(bucket).callerOf(token)).toBeUndefined();
});

test('a file with something else in it stops the start and is left as it is', async () => {
  const file = join(folder, 'admin-token');
  await writeFile(file, 'my shopping list\n');
  await expect(ensureFirstAdmin(fresh(), file, now)).rejects.toThrow(/holds no admin token/);
  expect(await readFile(file, 'utf8')).toBe('my shopping list\n');
});
