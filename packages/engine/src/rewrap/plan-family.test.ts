import type { Manifest } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { planFamily } from './plan-family.ts';

const manifest = (run: string, place: number, on: readonly string[] = []): Manifest =>
  ({
    backup: { run, createdAt: `2026-11-25T00:00:0${place}.000Z` },
    ancestors: on.map((each) => ({ name: each, run: each })),
  }) as unknown as Manifest; // what the plan looks at

const [f, d, i, j, g, k] = [
  manifest('f', 0),
  manifest('d', 1, ['f']),
  manifest('i', 2, ['d', 'f']),
  manifest('j', 3, ['f']),
  manifest('g', 4),
  manifest('k', 5, ['g']),
];
const all = [k, g, j, i, d, f];

test.each([
  ['a full with all that builds on it', f, [f, d, i, j]],
  ['an incremental with its ancestors and its cousins', i, [f, d, i, j]],
  ['another full', g, [g, k]],
])('%s', (_name, of, expected) => {
  expect(planFamily(of, all)).toEqual(expected);
});

test('a backup alone, whose full is lost', () => {
  expect(planFamily(k, [k, f])).toEqual([k]);
});
