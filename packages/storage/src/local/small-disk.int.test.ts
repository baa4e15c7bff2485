import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect, keysOf, streamOf } from '../../test/bytes.ts';
import type { Storage } from '../index.ts';
import { localStorage } from './local-storage.ts';

const run = promisify(execFile);
const coded = (code: string): unknown => expect.objectContaining({ code });
const DISK_BYTES = 2 << 20;

/** The capability these tests declare: root that may mount. Why not, where it may not. */
const obstacle = await (async (): Promise<string | undefined> => {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-mount-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir]);
    await run('umount', [dir]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  } finally {
    await rmdir(dir);
  }
})();

describe.skipIf(obstacle !== undefined)(`a small disk${obstacle ? ` (no mount: ${obstacle})` : ''}`, () => {
  let dir: string;
  let storage: Storage;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'holdfast-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', dir]);
    storage = localStorage({ dir });
  });
  afterEach(async () => {
    await run('umount', [dir]);
    await rmdir(dir);
  });

  async function* zeros(sizeBytes: number): AsyncGenerator<Uint8Array> {
    for (let left = sizeBytes; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536));
  }

  test('that is full fails the put, leaves nothing and has its room back', async () => {
    await storage.put('app/kept', zeros(DISK_BYTES / 4));
    await expect(storage.put('app/large', zeros(DISK_BYTES))).rejects.toThrow(coded('storage_full'));
    await expect(storage.put('app/large', zeros(DISK_BYTES))).rejects.toThrow('make room');
    expect(await readdir(join(dir, 'app'))).toEqual(['kept']);
    expect(await storage.put('app/fits', zeros(DISK_BYTES / 2))).toEqual({ sizeBytes: DISK_BYTES / 2 });
    expect(await collect(storage.get('app/kept'))).toHaveLength(DISK_BYTES / 4);
  });

  test('that is full fails the commit and the check', async () => {
    await storage.put('app/data', zeros(DISK_BYTES - 16_384));
    const full = coded('storage_full');
    await expect(storage.createIfAbsent('app/manifest', Buffer.alloc(65_536))).rejects.toThrow(full);
    expect(await readdir(join(dir, 'app'))).toEqual(['data']);
    const fill = async (): Promise<never> => {
      for (let filler = 0; ; filler += 1) await storage.createIfAbsent(`${filler}`, Buffer.alloc(4096));
    };
    await expect(fill()).rejects.toThrow(full);
    await expect(storage.check()).rejects.toThrow(full);
    expect(await keysOf(storage.leftovers(''))).toEqual([]);
  });

  test('tells how much is free', async () => {
    const { freeBytes = 0 } = await storage.check();
    await storage.put('app/half', zeros(DISK_BYTES / 2));
    const { freeBytes: later = 0 } = await storage.check();
    expect(freeBytes).toBeLessThanOrEqual(DISK_BYTES);
    expect(freeBytes - later).toBeGreaterThanOrEqual(DISK_BYTES / 2);
  });

  test('that is mounted read-only can be read, and says so when it is written', async () => {
    await storage.put('app/a', streamOf('x'));
    await run('mount', ['-o', 'remount,ro', dir]);
    const readOnly = coded('storage_read_only');
    await expect(storage.check()).rejects.toThrow(readOnly);
    await expect(storage.put('app/b', streamOf('x'))).rejects.toThrow(readOnly);
    await expect(storage.put('new/b', streamOf('x'))).rejects.toThrow(readOnly);
    await expect(storage.createIfAbsent('app/b', Buffer.from('x'))).rejects.toThrow(readOnly);
    await expect(storage.remove('app/a')).rejects.toThrow(readOnly);
    expect((await collect(storage.get('app/a'))).toString()).toBe('x');
  });
});
