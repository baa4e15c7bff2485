import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  assertEmpty,
  BIG,
  customDump,
  parallelDump,
  parallelDumpOf,
  pieces,
  withSnapshot,
} from '../../test/dumps.ts';
import { ask, collect, never, startServer, type Server } from '../../test/server.ts';
import { restoreParallel, type Target } from '../index.ts';
import { freeBytes, makeScratch, removeStaleScratch } from './scratch.ts';

const exec = promisify(execFile);
const DISK_BYTES = 20 << 20;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-scratch-test-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The id of a process that is gone. */
async function goneProcess(): Promise<number> {
  const child = spawn('/bin/true');
  await once(child, 'exit');
  return child.pid ?? -1;
}

describe('a scratch folder', () => {
  test('is new, this user’s alone, made with the folder above it, and gone once removed', async () => {
    const above = join(dir, 'a', 'b');
    const one = makeScratch(above);
    const other = makeScratch(above);
    expect(one.path).not.toBe(other.path);
    expect((await stat(one.path)).mode & 0o777).toBe(0o700);
    await writeFile(join(one.path, '1.dat'), 'x');
    await one.remove();
    await one.remove();
    expect(await readdir(above)).toHaveLength(1);
    await other.remove();
  });

  test('that a crashed process left is removed, and nothing else', async () => {
    const gone = await goneProcess();
    const ours = makeScratch(dir);
    const kept = [
      `hf-dump-${process.ppid}-AbCdEf`, // its process lives
      `hf-dump-${gone}-`,
      `hf-dump-${gone}-AbCdE`,
      `hf-dump-${gone}-AbCdEf-more`,
      `x-hf-dump-${gone}-AbCdEf`,
      `hf-dump-x-AbCdEf`,
      'data',
    ];
    for (const name of kept) await mkdir(join(dir, name));
    await writeFile(join(dir, `hf-dump-${gone}-aFile0`), 'x');
    await symlink(join(dir, 'data'), join(dir, `hf-dump-${gone}-aLink0`));
    const stale = [`hf-dump-${gone}-AbCdEf`, `hf-dump-${process.pid}-before`];
    for (const name of stale) {
      await mkdir(join(dir, name, 'deep'), { recursive: true });
      await writeFile(join(dir, name, 'deep', 'file'), 'x');
    }
    const before = await readdir(dir);
    expect((await removeStaleScratch(dir)).toSorted()).toEqual(stale.toSorted());
    expect((await readdir(dir)).toSorted()).toEqual(
      before.filter((name) => !stale.includes(name)).toSorted(),
    );
    await ours.remove();
  });

  test('of none there is nothing to remove', async () => {
    expect(await removeStaleScratch(join(dir, 'missing'))).toEqual([]);
  });
});

test('free space is that of where the folder would be', async () => {
  expect(await freeBytes(dir)).toBeGreaterThan(1_000_000);
  expect(await freeBytes(join(dir, 'a', 'b'))).toBeGreaterThan(1_000_000);
});

/** The capability these tests declare: root that may mount. Why not, where it may not. */
const obstacle = await (async (): Promise<string | undefined> => {
  const dir = await mkdtemp(join(tmpdir(), 'hf-mount-'));
  try {
    await exec('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir]);
    await exec('umount', [dir]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  } finally {
    await rmdir(dir);
  }
})();

describe.skipIf(obstacle !== undefined)(
  `a scratch space that gets full${obstacle ? ` (no mount: ${obstacle})` : ''}`,
  () => {
    let server: Server;
    let big: Target;
    let fitting: Target; // 13 MB
    let small: string;
    beforeAll(async () => {
      server = await startServer();
      big = await server.make('big', BIG);
      fitting = await server.make(
        'fitting',
        'create table t as select i, repeat(md5(i::text), 20) as body from generate_series(1, 20000) i',
      );
      small = await mkdtemp(join(tmpdir(), 'hf-small-disk-'));
      await exec('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', small]);
    });
    afterAll(async () => {
      await exec('umount', [small]);
      await rmdir(small);
      await server.stop();
    });
    afterEach(() => assertEmpty(small));
    const full = {
      code: 'storage_full',
      message: expect.stringMatching(/scratch folder .* is full; make room/),
    };

    test.each([1, 2])('fails the dump by %d jobs, and is empty again', async (jobs) => {
      await withSnapshot(big, async (snapshot) => {
        const dump = parallelDumpOf(server, big, snapshot, { scratchDir: small, jobs });
        await expect(collect(dump.bytes)).rejects.toMatchObject(full);
        await expect(dump.finished).rejects.toMatchObject(full);
      });
    });

    test.each(['custom', 'tar'] as const)('fails the restore of a %s, which is not begun', async (kind) => {
      const bytes = await (kind === 'tar'
        ? parallelDump(server, fitting, { scratchDir: dir })
        : customDump(server, fitting));
      const target = await server.make(`back_${kind}`);
      const filler = join(small, 'filler');
      async function* source(): AsyncGenerator<Uint8Array> {
        yield bytes.subarray(0, 1_000_000);
        await writeFile(filler, Buffer.alloc(DISK_BYTES / 2)); // somebody else takes what was free
        yield* pieces(bytes.subarray(1_000_000), 100_000);
      }
      const restoring = restoreParallel({
        target,
        tools: server.tools,
        source: source(),
        kind,
        sizeBytes: bytes.length,
        scratchDir: small,
        jobs: 2,
        signal: never,
      });
      await expect(restoring).rejects.toMatchObject(full);
      expect(await readdir(small)).toEqual(['filler']);
      expect(await ask(target, "select count(*)::int from pg_tables where schemaname = 'public'")).toEqual([
        0,
      ]);
      await rm(filler);
    });
  },
);
