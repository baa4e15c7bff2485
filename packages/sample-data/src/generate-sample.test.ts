import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { generateSample, sampleManifest, type SampleOptions } from './index.ts';

async function sha256(options: SampleOptions): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of generateSample(options)) hash.update(chunk);
  return hash.digest('hex');
}

async function textOf(options: SampleOptions): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of generateSample(options)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Rows per COPY block. */
function copiedRows(sql: string): Record<string, number> {
  const blocks = sql.matchAll(/^COPY (.+) \([^)]*\) FROM stdin;\n((?:(?!\\\.\n).*\n)*)\\\.\n/gm);
  return Object.fromEntries(
    Array.from(blocks, ([, table = '', rows = '']) => [table, rows.split('\n').length - 1] as const),
  );
}

test('the same seed and size give the same bytes, another seed others', async () => {
  const first = await sha256({ megabytes: 2, seed: 7 });
  expect(await sha256({ megabytes: 2, seed: 7 })).toBe(first);
  expect(await sha256({ megabytes: 2, seed: 8 })).not.toBe(first);
});

test.each([1, 3, 20])(
  'at %i MB every COPY block has as many rows as the manifest says',
  async (megabytes) => {
    const rows = copiedRows(await textOf({ megabytes, seed: 1 }));
    const { tables } = sampleManifest({ megabytes, seed: 1 });
    const heirs = tables['public.exam_notices'] ?? 0;
    expect(Object.keys(rows)).toHaveLength(20);
    for (const [table, count] of Object.entries(rows)) {
      expect([table, count + (table === 'public.notices' ? heirs : 0)]).toEqual([table, tables[table]]);
    }
  },
);

test.each([
  [100, 200],
  [1_000, 2_000],
  [500, 4_000],
])('rows grow with the size: %i MB and %i MB', (small, large) => {
  const answers = (megabytes: number): number =>
    sampleManifest({ megabytes, seed: 1 }).tables['public.answers'] ?? 0;
  expect(answers(large) / answers(small) / (large / small)).toBeCloseTo(1, 0);
});

test('it compresses as real data does', async () => {
  const sql = Buffer.from(await textOf({ megabytes: 15, seed: 1 }));
  const share = zstdCompressSync(sql).length / sql.length;
  expect(share).toBeGreaterThan(0.3);
  expect(share).toBeLessThan(0.35);
});

test('no chunk is large, whatever the sample: memory stays flat', async () => {
  let largest = 0;
  for await (const chunk of generateSample({ megabytes: 60, seed: 1 }))
    largest = Math.max(largest, chunk.length);
  expect(largest).toBeLessThanOrEqual(512 * 1024);
});

test('it holds what is hard to carry: other scripts, a line that begins with NULL, escapes', async () => {
  const sql = await textOf({ megabytes: 2, seed: 1 });
  expect(sql).toMatch(/Nguyễn/);
  expect(sql).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  expect(sql).toMatch(/\p{Extended_Pictographic}/u);
  expect(sql).toMatch(/^\\N\t/m);
  expect(sql).toContain('\\\\.\\n\\\\! rm is only text here');
  expect(sql).not.toMatch(/^\\(?!N\t|\.\n|\. is not| a second)/m); // no psql command anywhere
});

test.each([
  [{ megabytes: 0, seed: 1 }, 'megabytes is 0'],
  [{ megabytes: Number.NaN, seed: 1 }, 'megabytes is NaN'],
  [{ megabytes: 100_001, seed: 1 }, 'megabytes is 100001'],
  [{ megabytes: 1, seed: -1 }, 'seed is -1'],
  [{ megabytes: 1, seed: 1.5 }, 'seed is 1.5'],
])('%o is refused', async (options, message) => {
  const refusal = expect.objectContaining({
    code: 'invalid_request',
    message: expect.stringContaining(message),
  });
  expect(() => sampleManifest(options)).toThrow(refusal);
  await expect(generateSample(options).next()).rejects.toEqual(refusal);
});
