import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { customDump, parallelDump, pieces } from '../../test/dumps.ts';
import { HARD_ROLES, HARD_SCHEMA } from '../../test/hard-schema.ts';
import { assertNothingLeft, bytesOf, never, run, startServer, type Server } from '../../test/server.ts';
import { readContentsOf, type DumpContentsOptions } from '../index.ts';

let server: Server;
const dumps: Record<'custom' | 'tar', Buffer> = { custom: Buffer.alloc(0), tar: Buffer.alloc(0) };
beforeAll(async () => {
  server = await startServer();
  await run(server.admin, HARD_ROLES);
  const hard = await server.make('hard', HARD_SCHEMA);
  const scratchDir = await mkdtemp(join(tmpdir(), 'hf-scratch-test-'));
  dumps.custom = await customDump(server, hard);
  dumps.tar = await parallelDump(server, hard, { scratchDir });
  await rm(scratchDir, { recursive: true });
});
afterAll(() => server.stop());
afterEach(() => assertNothingLeft('pg_restore'));

const read = (source: AsyncIterable<Uint8Array>, options: Partial<DumpContentsOptions> = {}) =>
  readContentsOf({ tools: server.tools, source, signal: never, ...options });

describe.each(['custom', 'tar'] as const)('what is inside a %s', (kind) => {
  test('names told apart, with the bytes of their data', async () => {
    const contents = await read(pieces(dumps[kind]));
    expect(contents.kind).toBe(kind);
    expect(contents.entries).toEqual(
      expect.arrayContaining([
        { kind: 'SCHEMA', name: 'Weird Schema', owner: 'Author X' },
        { kind: 'EXTENSION', name: 'citext' },
        { kind: 'TABLE', schema: 'Weird Schema', name: 'Täble "x".y', owner: 'Author X' },
        {
          kind: 'TABLE DATA',
          schema: 'Weird Schema',
          name: 'Täble "x".y',
          owner: 'Author X',
          sizeBytes: expect.any(Number),
        },
        { kind: 'TABLE', schema: 'public', name: 'empty_one', owner: 'scratch_superuser' },
        {
          kind: 'TABLE DATA',
          schema: 'public',
          name: 'base',
          owner: 'scratch_superuser',
          sizeBytes: '1\n\\.\n\n\n'.length,
        },
        // From 17 on they have an owner, and are named by their numbers.
        expect.objectContaining({ kind: 'BLOBS', sizeBytes: 6_000 }),
        { kind: 'VIEW', schema: 'public', name: 'sums', owner: 'scratch_superuser' },
      ]),
    );
  });

  test('the table of contents alone, from the beginning of the source', async () => {
    async function* beginning(): AsyncGenerator<Uint8Array> {
      yield* pieces(dumps[kind]);
      yield* pieces(Buffer.alloc(1_000_000)); // what a pipe holds
      throw new Error('nobody reads so far');
    }
    const { entries } = await read(beginning(), { withSizes: false });
    const whole = await read(pieces(dumps[kind]));
    expect(entries).toEqual(whole.entries.map((entry) => ({ ...entry, sizeBytes: undefined })));
  });

  test('cut: truncated', async () => {
    for (const end of [0.2, 0.6, 0.99]) {
      const cut = dumps[kind].subarray(0, Math.floor(dumps[kind].length * end));
      await expect(read(pieces(cut))).rejects.toMatchObject({ code: 'archive_truncated' });
    }
  });

  test("the source's own error wins, also at its very end", async () => {
    const corrupt = Object.assign(new Error('wrong sum'), { code: 'archive_corrupt' });
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* pieces(dumps[kind]);
      throw corrupt;
    }
    await expect(read(source())).rejects.toBe(corrupt);
  });

  test('an abort while the source is stuck', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    async function* source(): AsyncGenerator<Uint8Array> {
      yield dumps[kind].subarray(0, 1_000);
      setImmediate(() => stop.abort(reason));
      await new Promise(() => undefined);
    }
    await expect(read(source(), { signal: stop.signal })).rejects.toBe(reason);
  });
});

test.each([
  ['text', Buffer.from('select 1;\n')],
  ['zeros', Buffer.alloc(100_000)],
  ['nothing', Buffer.alloc(0)],
])('%s is no dump', async (_name, bytes) => {
  await expect(read(bytesOf(bytes))).rejects.toMatchObject({
    code: expect.stringMatching(/^(invalid_backup|archive_truncated)$/),
  });
});
