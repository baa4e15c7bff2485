import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clusterDir, homeAt, lockHome, openHome, secretIn } from './home.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-home-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('a secret is made once, 0600, and is the same ever after', async () => {
  const home = await openHome(dir);
  const secret = await secretIn(home, 'history');
  expect(secret).toMatch(/^[\w-]{32}$/);
  expect(await secretIn(home, 'history')).toBe(secret);
  expect((await stat(join(dir, 'history.secret'))).mode & 0o777).toBe(0o600);
});

test('the lock of a dead process does not hold, that of a living standalone does', async () => {
  const home = await openHome(dir);
  await writeFile(join(dir, 'standalone.pid'), '999999999');
  const unlock = await lockHome(home);
  await unlock();
  await expect(stat(join(dir, 'standalone.pid'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test("a root's cluster below a closed folder goes where its user can reach it", async () => {
  const closed = join(dir, 'closed');
  await mkdir(closed, { mode: 0o700 });
  const home = homeAt(closed);
  expect(await clusterDir(home, undefined)).toBe(home.postgresDir);
  expect(await clusterDir(home, { uid: 65534 })).toMatch(/^\/var\/lib\/holdfast\/[0-9a-f]{12}\/postgres$/);
});
