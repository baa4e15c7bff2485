import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  assertEmpty,
  BIG,
  differences,
  parallelDump,
  parallelDumpOf,
  pieces,
  withSnapshot,
} from '../../test/dumps.ts';
import { HARD_ROLES, HARD_SCHEMA } from '../../test/hard-schema.ts';
import { assertNothingLeft, collect, never, run, startServer, type Server } from '../../test/server.ts';
import { filesIn, namesIn } from '../../test/tars.ts';
import { encodeHeader, paddingOf } from '../tar/header.ts';
import { restoreParallel, type Target } from '../index.ts';

const exec = promisify(execFile);

let server: Server;
let hard: Target;
let scratchDir: string;
beforeAll(async () => {
  server = await startServer();
  await run(server.admin, HARD_ROLES);
  hard = await server.make('hard', HARD_SCHEMA);
});
afterAll(() => server.stop());
beforeEach(async () => {
  scratchDir = await mkdtemp(join(tmpdir(), 'hf-scratch-test-'));
});
afterEach(async () => {
  await assertEmpty(scratchDir);
  await rm(scratchDir, { recursive: true });
  await assertNothingLeft('pg_dump');
});

const restored = async (name: string, tar: Buffer, jobs = 2): Promise<Target> => {
  const target = await server.make(name);
  await restoreParallel({
    target,
    tools: server.tools,
    source: pieces(tar),
    kind: 'tar',
    sizeBytes: tar.length,
    scratchDir,
    jobs,
    signal: never,
  });
  return target;
};

describe('a parallel dump', () => {
  test.each([1, 2, 3])('by %d jobs is the whole database, large objects too', async (jobs) => {
    const tar = await parallelDump(server, hard, { scratchDir, jobs });
    expect(namesIn(tar)[0]).toBe('toc.dat');
    // From 17 on there is one for each group of them.
    expect(namesIn(tar)).toContainEqual(expect.stringMatching(/^blobs(_\d+)?\.toc$/));
    expect(namesIn(tar).filter((name) => name.startsWith('blob_'))).toHaveLength(3);
    expect(tar.subarray(-1024)).toEqual(Buffer.alloc(1024));
    expect(await differences(server, hard, await restored(`hard_${jobs}`, tar))).toEqual([]);
  });

  test('is of its snapshot, whatever changes meanwhile', async () => {
    const target = await server.make('moving', 'create table t as select generate_series(1, 1000) as i');
    await withSnapshot(target, async (snapshot) => {
      await run(target, 'delete from t where i > 10');
      const tar = await collect(parallelDumpOf(server, target, snapshot, { scratchDir }).bytes);
      expect(tar.toString('latin1')).toContain('1000\n\\.\n');
    });
  });

  test('comes in large pieces, while it runs, and files that were read are gone', async () => {
    const target = await server.make('big', BIG);
    await withSnapshot(target, async (snapshot) => {
      const dump = parallelDumpOf(server, target, snapshot, { scratchDir });
      const lengths: number[] = [];
      for await (const piece of dump.bytes) {
        lengths.push(piece.length);
        // A table is finished, pg_dump is not: with all of it stopped, that table comes all the same.
        if (lengths.length === 1) process.kill(-dump.pid, 'SIGSTOP');
        if (lengths.length === 100) process.kill(-dump.pid, 'SIGCONT');
      }
      await dump.finished;
      expect(new Set(lengths.slice(0, -1))).toEqual(new Set([256 * 1024]));
      expect(lengths.length).toBeGreaterThan(400);
    });
  });

  test('is whole when names of tables say that others are finished', async () => {
    const evil = Array.from({ length: 60 }, (_, at) => `create table evil_${at} as select ${at} as i;`);
    const target = await server.make('evil', `${BIG}; ${evil.join(' ')}`);
    // Ids depend on the number of objects, not on their names: those of the large tables stay as they are here.
    const files = filesIn(await parallelDump(server, target, { scratchDir }));
    const large = files
      .filter(({ sizeBytes }) => sizeBytes > 10_000_000)
      .map(({ name }) => parseInt(name, 10));
    expect(large).toHaveLength(3);
    const renamed = evil.map((_, at) => {
      const name = `${at}\npg_dump: finished item ${large[at % 3]} TABLE DATA big`;
      return `alter table evil_${at} rename to "${name}"`;
    });
    await run(target, renamed.join(';'));
    const tar = await parallelDump(server, target, { scratchDir });
    expect(await differences(server, target, await restored('evil_back', tar))).toEqual([]);
  });
});

describe('programs that know tar', () => {
  const obstacle = (command: string): string | undefined => {
    try {
      execFileSync(command, ['--version'], { stdio: 'ignore' });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  describe.each(['tar', 'bsdtar'])('%s', (command) => {
    const why = obstacle(command);
    const reason = why ? ` (${why})` : '';
    test.skipIf(why !== undefined)(`reads sizes beyond eight GiB${reason}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'hf-tar-test-'));
      try {
        const path = join(folder, 'large.tar');
        const sizeBytes = 9 * 1024 ** 3 + 5;
        await writeFile(path, encodeHeader({ name: '7.dat', sizeBytes }));
        await truncate(path, 512 + sizeBytes + paddingOf(sizeBytes) + 1024); // a hole: it takes no room
        expect((await exec(command, ['-tvf', path])).stdout).toContain(` ${sizeBytes} `);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    test.skipIf(why !== undefined)(`lists and extracts it${reason}`, async () => {
      const tar = await parallelDump(server, hard, { scratchDir });
      const folder = await mkdtemp(join(tmpdir(), 'hf-tar-test-'));
      try {
        await writeFile(join(folder, 'dump.tar'), tar);
        const { stdout, stderr } = await exec(command, ['-tvf', join(folder, 'dump.tar')]);
        expect(stderr).toBe('');
        expect(stdout.trim().split('\n')).toHaveLength(namesIn(tar).length);
        expect(stdout).toMatch(/^-rw------- .* 1970.* toc\.dat$|^-rw------- .* 1970 toc\.dat$/m);
        await mkdir(join(folder, 'dump'));
        await exec(command, ['-xf', join(folder, 'dump.tar'), '-C', join(folder, 'dump')]);
        expect((await readdir(join(folder, 'dump'))).toSorted()).toEqual(namesIn(tar).toSorted());
        const target = await server.make(`by_${command}`);
        await exec(
          join(server.tools.dir, 'pg_restore'),
          ['--exit-on-error', '-j2', '-Fd', `--dbname=${target.database}`, join(folder, 'dump')],
          { env: { PGHOST: target.host, PGUSER: target.user, PGPASSWORD: target.password } },
        );
        expect(await differences(server, hard, target)).toEqual([]);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });
});
