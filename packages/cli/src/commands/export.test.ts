import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@holdfast/client';
import { HoldfastError } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { call } from '../../test/fake-client.ts';
import { content, given, serving, sha256 } from '../../test/serving.ts';
import { openFileSink } from '../export/file-sink.ts';
import { download } from '../export/download.ts';

const PART = `.${sha256.slice(0, 8)}.part`;

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-cli-export-'));
});
afterEach(() => rm(dir, { recursive: true }));

const never = new AbortController().signal;
const quick = { signal: never, onBytes: () => undefined, waitMs: 1 };

test('the copy is checked, gets its name, and leaves no part', async () => {
  const { methods } = serving(content);
  const { code, out } = await call(`export --file x --output ${dir} --json`, methods);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    output: join(dir, given.filename),
    sha256,
    sizeBytes: content.length,
  });
  expect(await readdir(dir)).toEqual([given.filename]);
  expect(await readFile(join(dir, given.filename))).toEqual(content);
});

test('a connection that breaks goes on by Range', async () => {
  const { starts, methods } = serving(content, [1_000, 50_000]);
  const path = join(dir, 'copy');
  const sink = await openFileSink({ path, expected: given, force: false });
  await download(methods, given, sink, quick);
  expect(starts).toEqual([0, 1_000, 51_000]);
  expect(await readFile(path)).toEqual(content);
});

test('what an earlier call left is gone on with', async () => {
  const { starts, methods } = serving(content);
  const path = join(dir, 'copy');
  await writeFile(`${path}${PART}`, content.subarray(0, 70_000));
  const { code, out } = await call(`export --file x --output ${path} --json`, methods);
  expect([code, starts]).toEqual([0, [70_000]]);
  expect(JSON.parse(out)).toMatchObject({ resumedAtBytes: 70_000 });
  expect(await readFile(path)).toEqual(content);
});

test('a part that is longer than the whole is begun anew', async () => {
  const { starts, methods } = serving(content);
  const path = join(dir, 'copy');
  await writeFile(`${path}${PART}`, Buffer.alloc(content.length + 1));
  expect((await call(`export --file x --output ${path}`, methods)).code).toBe(0);
  expect(starts).toEqual([0]);
  expect(await readFile(path)).toEqual(content);
});

test.each([
  ['a flipped bit on the way', Buffer.from(content).fill(7, 9, 10), undefined],
  ['a part with a flipped bit', content, Buffer.from(content.subarray(0, 500)).fill(7, 9, 10)],
])('%s: archive_corrupt, exit 4, and nothing stays', async (_name, bytes, part) => {
  const path = join(dir, 'copy');
  if (part) await writeFile(`${path}${PART}`, part);
  const { code, err } = await call(`export --file x --output ${path}`, serving(bytes).methods);
  expect(code).toBe(4);
  expect(err).toContain('archive_corrupt');
  expect(await readdir(dir)).toEqual([]);
});

test('a file that is there is not replaced without --force', async () => {
  const path = join(dir, 'copy');
  await writeFile(path, 'mine');
  const { methods } = serving(content);
  const refused = await call(`export --file x --output ${path}`, methods);
  expect([refused.code, await readFile(path, 'utf8')]).toEqual([1, 'mine']);
  expect(refused.err).toContain('name_taken');
  expect(methods.downloadBackup).not.toHaveBeenCalled();
  expect((await call(`export --file x --output ${path} --force`, methods)).code).toBe(0);
  expect(await readFile(path)).toEqual(content);
});

test('a file that appears meanwhile is not replaced either', async () => {
  const path = join(dir, 'copy');
  const sink = await openFileSink({ path, expected: given, force: false });
  await writeFile(path, 'mine');
  await expect(download(serving(content).methods, given, sink, quick)).rejects.toMatchObject({
    code: 'name_taken',
  });
  await sink.close();
  expect(await readFile(path, 'utf8')).toBe('mine');
});

test('a backup that was exchanged on the server is not glued together', async () => {
  const path = join(dir, 'copy');
  await writeFile(`${path}${PART}`, content.subarray(0, 500));
  const { code, err } = await call(
    `export --file x --output ${path}`,
    serving(content, [], 'another').methods,
  );
  expect(code).toBe(4);
  expect(err).toContain('was exchanged on the server');
});

test('connections that bring nothing end it, and what is there stays for the next call', async () => {
  const { starts, methods } = serving(content, [1_000, 0, 0, 0]);
  const path = join(dir, 'copy');
  const sink = await openFileSink({ path, expected: given, force: false });
  const copying = download(methods, given, sink, { ...quick, attempts: 3 });
  await expect(copying).rejects.toMatchObject({ code: 'gateway_unreachable' });
  await sink.close();
  expect(starts).toEqual([0, 1_000, 1_000, 1_000]);
  expect(await readdir(dir)).toEqual([`copy${PART}`]);
});

test('what will not change is not tried again', async () => {
  const downloadBackup = vi.fn<Client['downloadBackup']>(() =>
    Promise.reject(new HoldfastError('data_missing', 'Gone.')),
  );
  const { code } = await call(`export --file x --output ${dir}/copy`, {
    downloadBackup,
    getBackup: async () => given,
  });
  expect(code).toBe(4);
  expect(downloadBackup).toHaveBeenCalledTimes(1);
});

test('a folder that is not there is told by its path', async () => {
  const { code, err } = await call(`export --file x --output ${dir}/none/copy`, serving(content).methods);
  expect(code).toBe(1);
  expect(err).toContain('storage_failed');
});

test('--output - is the bytes alone', async () => {
  const { methods } = serving(content);
  const { code, out, err } = await call('export --file x --output -', methods);
  expect(code).toBe(0);
  expect(Buffer.from(out, 'latin1').equals(content)).toBe(true);
  expect(err).toContain('copying');
});

test.each([
  ['as it is and encrypted', 'export --file x --output y --as-is --encrypt-to age1x', {}],
  ['a terminal', 'export --file x --output -', { columns: 80 }],
  ['stdout for the bytes and for --json', 'export --file x --output - --json', {}],
])('%s is a usage error', async (_name, line, options) => {
  expect((await call(line, {}, options)).code).toBe(2);
});
