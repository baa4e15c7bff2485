import { expect, test } from 'vitest';
import { compressionOf } from './compression.ts';

const settings = { enabled: true, codec: 'zstd' as const, level: 6 };
test.each([
  ["the seed's default is zstd's", settings, undefined, { codec: 'zstd', level: 3 }],
  ['the highest', { ...settings, level: 9 }, undefined, { codec: 'zstd', level: 9 }],
  ['the lowest', { ...settings, level: 1 }, undefined, { codec: 'zstd', level: 1 }],
  ['gzip keeps its scale', { ...settings, codec: 'gzip' as const }, undefined, { codec: 'gzip', level: 6 }],
  ['switched off', { ...settings, enabled: false }, undefined, { codec: 'none', level: 6 }],
  ["a request's wish wins", { ...settings, enabled: false }, 'zstd' as const, { codec: 'zstd', level: 3 }],
])('%s', (_name, given, wanted, expected) => {
  expect(compressionOf(given, wanted)).toEqual(expected);
});
