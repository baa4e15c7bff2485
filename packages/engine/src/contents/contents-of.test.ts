import { expect, test } from 'vitest';
import { dataBytesOf } from './contents-of.ts';

const table = { kind: 'TABLE', name: 't' };
const data = { kind: 'TABLE DATA', name: 't' };

test.each([
  ['no data', [table], 0],
  ['data', [table, { ...data, sizeBytes: 3 }, { kind: 'BLOBS', name: 'BLOBS', sizeBytes: 4 }], 7],
  ['data of unknown size', [table, data], undefined],
  ['empty data', [table, { ...data, sizeBytes: 0 }], 0],
  ['nothing', [], 0],
])('%s', (_name, entries, expected) => {
  expect(dataBytesOf(entries)).toBe(expected);
});
