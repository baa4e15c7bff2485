import { expect, test } from 'vitest';
import { generateMutation, mutatedRows, sampleManifest, type MutationOptions } from './index.ts';

const base = { megabytes: 3, seed: 5, percent: 1 } as const;
const answers = sampleManifest(base).tables['public.answers'] ?? 0;

async function copiedLines(options: MutationOptions): Promise<readonly string[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of generateMutation(options)) chunks.push(chunk);
  const sql = Buffer.concat(chunks).toString();
  return /FROM stdin;\n([^]*?)\\\.\n/.exec(sql)?.[1]?.trimEnd().split('\n') ?? [];
}

test.each(['append', 'update-spread', 'update-newest'] as const)(
  '%s touches the rows it says',
  async (kind) => {
    for (const percent of [0.1, 1, 33, 100]) {
      const options = { ...base, kind, percent };
      expect(await copiedLines(options)).toHaveLength(mutatedRows(options));
    }
    expect(mutatedRows({ ...base, kind, percent: 10 })).toBe(Math.round(answers / 10));
  },
);

test('a spread update names each row once, over the whole table', async () => {
  const ids = (await copiedLines({ ...base, kind: 'update-spread', percent: 5 })).map((line) =>
    Number.parseInt(line, 10),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(Math.min(...ids)).toBeLessThan(answers * 0.05);
  expect(Math.max(...ids)).toBeGreaterThan(answers * 0.95);
  expect(Math.max(...ids)).toBeLessThanOrEqual(answers);
});

test('an update of the newest names the last rows', async () => {
  const ids = (await copiedLines({ ...base, kind: 'update-newest', percent: 5 })).map((line) =>
    Number.parseInt(line, 10),
  );
  expect(ids.at(0)).toBe(answers - ids.length + 1);
  expect(ids.at(-1)).toBe(answers);
});

test('the same seed gives the same mutation, another one another', async () => {
  const options = { ...base, kind: 'update-spread' } as const;
  expect(await copiedLines(options)).toEqual(await copiedLines(options));
  expect(await copiedLines(options)).not.toEqual(await copiedLines({ ...options, seed: 6 }));
});

test.each([
  [{ percent: 0 }, 'percent is 0'],
  [{ percent: 101 }, 'percent is 101'],
  [{ kind: 'shrink' as 'append' }, 'kind is shrink'], // what the command line may hand over
  [{ megabytes: -1 }, 'megabytes is -1'],
])('%o is refused', (wrong, message) => {
  expect(() => mutatedRows({ ...base, kind: 'append', ...wrong })).toThrow(message);
});
