import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTools } from './find-tools.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hf-tools-'));
});
afterAll(() => rm(root, { recursive: true }));

/** A set whose pg_dump says `version`. */
async function put(
  folder: string,
  version: string,
  names = ['pg_dump', 'pg_restore', 'psql', 'pg_dumpall'],
): Promise<string> {
  const dir = join(root, folder);
  await mkdir(dir, { recursive: true });
  for (const name of names) {
    await writeFile(join(dir, name), `#!/bin/sh\necho "${name} (PostgreSQL) ${version}"\n`);
    await chmod(join(dir, name), 0o755);
  }
  return dir;
}

test('what is installed here is found, each set once, oldest first, and looked up once', async () => {
  const tools = await findTools();
  expect(tools.length).toBeGreaterThan(0);
  expect(new Set(tools.map(({ dir }) => dir)).size).toBe(tools.length);
  expect(tools.map(({ major }) => major)).toEqual(tools.map(({ major }) => major).toSorted((a, b) => a - b));
  expect(await findTools()).toBe(tools);
});

test('sets in a folder of versions; incomplete, broken and missing ones are passed over', async () => {
  const newer = await put('versions/17/bin', '17.6 (Debian 17.6-1)');
  const older = await put('versions/9/bin', '9.6.24');
  const server = await put('versions/16/bin', '16beta2', [
    'pg_dump',
    'pg_restore',
    'psql',
    'pg_dumpall',
    'initdb',
    'postgres',
  ]);
  await put('versions/14/bin', '14.1', ['pg_dump', 'psql']);
  await put('versions/13/bin', 'unknown');
  expect(await findTools([join(root, 'versions/*/bin'), '/does/not/exist', 'relative'])).toEqual([
    { major: 9, version: '9.6', dir: older, serverBinaries: false },
    { major: 16, version: '16', dir: server, serverBinaries: true },
    { major: 17, version: '17.6', dir: newer, serverBinaries: false },
  ]);
});

test('links lead to the set itself, and a wrapper is none', async () => {
  const dir = await put('real', '15.1');
  for (const folder of ['links', 'wrapped']) await mkdir(join(root, folder));
  for (const name of ['pg_dump', 'pg_restore', 'psql', 'pg_dumpall']) {
    await symlink(join(dir, name), join(root, 'links', name));
    await symlink(join(dir, 'psql'), join(root, 'wrapped', name));
  }
  const found = await findTools([join(root, 'links'), dir, join(root, 'wrapped')]);
  expect(found.map((tools) => tools.dir)).toEqual([dir]);
});

test('none is not remembered: they may be installed meanwhile', async () => {
  const place = join(root, 'later');
  expect(await findTools([place])).toEqual([]);
  await put('later', '15.1');
  expect(await findTools([place])).toHaveLength(1);
});
