import { buffer } from 'node:stream/consumers';
import { packArchive } from '@holdfast/archive';
import { expect, test } from 'vitest';
import { checkedArchive } from './checked-archive.ts';

const RUN = '0190b0a0-0000-7000-8000-000000000001';
const raw = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * index) % 251));
const backup = { filename: 'app.hfd', run: RUN, rawBytes: raw.length };

async function* pieces(bytes: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes);
}

async function archiveOf(bytes: Uint8Array, archiveId = RUN): Promise<Buffer> {
  const packed = packArchive(pieces(bytes, 65_536), { codec: 'zstd', level: 1, archiveId });
  return buffer(packed.bytes);
}

/** What came through before it ended or failed. */
async function through(source: AsyncIterable<Uint8Array>, of: Parameters<typeof checkedArchive>[1] = backup) {
  const passed: Uint8Array[] = [];
  try {
    for await (const piece of checkedArchive(source, of)) passed.push(Buffer.from(piece));
    return { bytes: Buffer.concat(passed), error: undefined };
  } catch (error) {
    return { bytes: Buffer.concat(passed), error };
  }
}

test.each([100, 65_536, 10_000_000])(
  'a whole one comes through as it is, in pieces of %d',
  async (sizeBytes) => {
    const archive = await archiveOf(raw);
    const { bytes, error } = await through(pieces(archive, sizeBytes));
    expect([error, bytes.equals(archive)]).toEqual([undefined, true]);
  },
);

test('an empty dump', async () => {
  const archive = await archiveOf(Buffer.alloc(0));
  const { bytes } = await through(pieces(archive, 10), { ...backup, rawBytes: 0 });
  expect(bytes.equals(archive)).toBe(true);
});

test('the bytes of the dump are told', async () => {
  const told: number[] = [];
  const checked = checkedArchive(pieces(await archiveOf(raw), 65_536), backup, {
    onRawBytes: (rawBytes) => told.push(rawBytes),
  });
  await buffer(checked);
  expect(told.at(-1)).toBe(raw.length);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
});

test('what is wrong is told before the last piece is given', async () => {
  const archive = await archiveOf(raw);
  const damaged = Buffer.from(archive);
  damaged[archive.length - 40] = (damaged[archive.length - 40] ?? 0) ^ 1;
  const other = await archiveOf(raw, RUN.replace(/1$/, '2'));
  for (const [bytes, of, code] of [
    [archive.subarray(0, -1), backup, 'archive_truncated'],
    [archive.subarray(0, archive.length / 2), backup, 'archive_truncated'],
    [damaged, backup, 'archive_corrupt'],
    [other, backup, 'archive_corrupt'],
    [archive, { ...backup, rawBytes: 1 }, 'archive_corrupt'],
    [raw, backup, 'archive_corrupt'],
  ] as const) {
    const came = await through(pieces(bytes, 50_000), of);
    expect(came.error).toMatchObject({ code });
    expect(came.bytes.length).toBeLessThan(bytes.length);
  }
});

test("the source's own error wins", async () => {
  const broken = new Error('the connection broke');
  const archive = await archiveOf(raw);
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* pieces(archive.subarray(0, 100_000), 50_000);
    throw broken;
  }
  expect((await through(source())).error).toBe(broken);
});

test('a reader that stops ends the source', async () => {
  const archive = await archiveOf(raw);
  let isEnded = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces(archive, 1_000);
    } finally {
      isEnded = true;
    }
  }
  for await (const piece of checkedArchive(source(), backup)) if (piece.length > 0) break;
  await expect.poll(() => isEnded).toBe(true);
});
