import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { collect, keysOf, streamOf } from '../test/bytes.ts';
import { coded } from '../test/codes.ts';
import { startS3Server } from '../test/s3-server.ts';
import { openStorage } from './index.ts';

test('a folder', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast storage-'));
  const storage = await openStorage(pathToFileURL(dir));
  await storage.put('app/a', streamOf('x'));
  expect(storage.location).toBe(pathToFileURL(dir).href);
  expect((await collect(storage.get('app/a'))).toString()).toBe('x');
  await rm(dir, { recursive: true });
});

test('a bucket', async () => {
  const server = await startS3Server();
  const { credentials } = server.options;
  const storage = await openStorage(`s3://backups/db/one?endpoint=${server.endpoint}`, {
    ...(credentials && { credentials }),
  });
  await storage.put('app/a', streamOf('x'));
  expect(storage.location).toBe('s3://backups/db/one');
  expect(await keysOf(storage.list(''))).toEqual(['app/a']);
  expect(server.calls.some(({ key }) => key === 'db/one/app/a')).toBe(true);
  await server.close();
});

test('neither', async () => {
  await expect(openStorage('ftp://example/backups')).rejects.toThrow(coded('path_refused'));
});
