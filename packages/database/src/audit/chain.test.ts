import { expect, test } from 'vitest';
import { checkLink, GENESIS, hashAfter, recordText, type ChainLink } from './chain.ts';

const told = {
  action: 'createBackup',
  who: 'ann',
  credential: 'token:1',
  address: '10.0.0.1',
  outcome: 'asked',
  requestId: 'r',
  target: 'app',
} as const;
const AT = '2026-01-01T00:00:00.000Z';
const text = recordText('e1', AT, told);

const link: ChainLink = {
  number: 1,
  at: AT,
  action: 'createBackup',
  who: 'ann',
  outcome: 'asked',
  target: 'app',
  record: text,
  previousHash: GENESIS,
  hash: hashAfter(GENESIS, text),
};
const start = { number: 0, hash: GENESIS };

test('the text is the same in whatever order the fields come, and the hash is as it always was', () => {
  const { action, ...rest } = told;
  expect(recordText('e1', '2026-01-01T01:00:00+01:00', { ...rest, action })).toBe(text);
  expect(recordText('e1', AT, { ...told, before: undefined })).toBe(text);
  // Committed: a chain that was written once must verify for ever.
  expect(hashAfter(GENESIS, text)).toMatchInlineSnapshot(
    `"e863a593358beef5819055b1d7aa21240c4cecc44c20a9de4dd9677e34311b0e"`,
  );
});

test('a whole link', () => {
  expect(checkLink(start, link)).toBeUndefined();
});

test.each<[string, Partial<ChainLink>, RegExp]>([
  ['a record that is gone', { number: 2 }, /record 1 is gone/],
  ['another before it', { previousHash: 'x' }, /does not follow/],
  ['another text', { record: text.replace('ann', 'bob') }, /was changed/],
  ['another hash', { hash: 'x' }, /was changed/],
  ['another column', { who: 'bob' }, /something else than its columns/],
  ['another time', { at: '2026-01-02T00:00:00.000Z' }, /something else than its columns/],
  ['a target taken away', { target: null }, /something else than its columns/],
  ['no record', { record: 'x', hash: hashAfter(GENESIS, 'x') }, /cannot be read/],
])('tampering is found: %s', (_name, change, problem) => {
  expect(checkLink(start, { ...link, ...change })).toMatch(problem);
});
