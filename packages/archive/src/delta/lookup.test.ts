import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { NO_FEATURES, type Features } from '../features.ts';
import { buildLookup, type Lookup } from './lookup.ts';

const shaOf = (number: number): Buffer => createHash('sha256').update(`chunk ${number}`).digest();
const featuresOf = (number: number): Features => [
  4 * number + 1,
  4 * number + 2,
  4 * number + 3,
  4 * number + 4,
];

function lookupOf(chunks: number, maxIndexed?: number): Lookup {
  const builder = buildLookup(chunks, maxIndexed);
  for (let number = 0; number < chunks; number += 1) builder.add(shaOf(number), featuresOf(number));
  return builder.build();
}

test('finds every chunk by its hash, wherever it is expected, and no other', () => {
  const lookup = lookupOf(2_000);
  for (let number = 0; number < 2_000; number += 7) expect(lookup.find(shaOf(number), 0)).toBe(number);
  expect(lookup.find(shaOf(2_000), 0)).toBeUndefined();
  expect(lookup.find(shaOf(2_000), 1_999)).toBeUndefined();
});

test('of chunks that are there twice the expected one is found', () => {
  const builder = buildLookup(4);
  for (const number of [1, 2, 1, 2]) builder.add(shaOf(number), NO_FEATURES);
  const lookup = builder.build();
  expect(lookup.find(shaOf(2), 3)).toBe(3);
  expect(lookup.find(shaOf(2), 1)).toBe(1);
});

test('a few indexed ones suffice when a dump repeats the order of the one before', () => {
  const lookup = lookupOf(10_000, 500);
  let found = 0;
  let expected = 0;
  for (let number = 0; number < 10_000; number += 1) {
    const ordinal = lookup.find(shaOf(number), expected);
    if (ordinal === undefined) continue;
    expect(ordinal).toBe(number);
    found += 1;
    expected = ordinal + 1;
  }
  expect(found).toBe(10_000);
  const alone = Array.from({ length: 10_000 }, (_, number) => lookup.find(shaOf(number), 0));
  expect(alone.filter((ordinal) => ordinal !== undefined).length).toBeLessThan(1_000);
});

test.each([
  ['all four', featuresOf(7), 7],
  ['one', [1, 2, 3, 7 * 4 + 4].map((value) => value + 1e6).with(3, 7 * 4 + 4), 7],
  ['most with one, some with another', [29, 30, 31, 9 * 4 + 4], 7],
  ['none', [1e9, 1e9, 1e9, 1e9], undefined],
  ['nothing was sampled', NO_FEATURES, undefined],
])('the most similar chunk shares %s', (_name, features, expected) => {
  expect(lookupOf(100).findSimilar(features as unknown as Features)).toBe(expected); // four numbers each
});

test('chunks with the same features cost no more than one', () => {
  const builder = buildLookup(50_000);
  for (let number = 0; number < 50_000; number += 1) builder.add(shaOf(number), [5, 5, 5, 5]);
  expect(builder.build().findSimilar([5, 5, 5, 5])).toBe(49_999);
});

test('of nothing finds nothing', () => {
  const lookup = buildLookup(0).build();
  expect(lookup.find(shaOf(1), 0)).toBeUndefined();
  expect(lookup.findSimilar([1, 2, 3, 4])).toBeUndefined();
});

test('of a terabyte fits into memory: four million chunks', { timeout: 60_000 }, () => {
  const chunks = 4 << 20;
  const before = process.memoryUsage().arrayBuffers;
  const builder = buildLookup(chunks);
  const sha256 = Buffer.alloc(32);
  for (let number = 0; number < chunks; number += 1) {
    sha256.writeUInt32LE(Math.imul(number, 0x9e3779b1) >>> 0, 0);
    sha256.writeUInt32LE(number, 4);
    builder.add(sha256, [number, number + 1, number + 2, number + 3]);
  }
  const lookup = builder.build();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(160e6);
  sha256.writeUInt32LE(Math.imul(3_999_999, 0x9e3779b1) >>> 0, 0);
  sha256.writeUInt32LE(3_999_999, 4);
  expect(lookup.find(sha256, 3_999_999)).toBe(3_999_999);
});
