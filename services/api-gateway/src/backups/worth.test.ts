import type { Verdict } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { aRecord, outcomeOf } from '../../test/builders.ts';
import { mergeWorths, worthsOf } from './worth.ts';

const validation = (endedAt: string, verdict: Verdict, name = 'a') =>
  aRecord({
    kind: 'validation',
    state: 'completed',
    endedAt,
    outcome: outcomeOf('validation.completed', {
      name,
      filename: `${name}.dump.zst`,
      level: 'restore',
      verdict,
      findings: [],
      durationMs: 1,
    }),
  });

test('the last verdict counts, the last proof stays', () => {
  const worths = worthsOf([
    validation('2026-01-03T00:00:00Z', 'invalid'),
    validation('2026-01-01T00:00:00Z', 'proven'),
    validation('2026-01-02T00:00:00Z', 'proven'),
    validation('2026-01-01T00:00:00Z', 'valid', 'b'),
    aRecord({ kind: 'validation', state: 'failed', endedAt: '2026-01-04T00:00:00Z' }),
    aRecord({ state: 'completed', endedAt: '2026-01-04T00:00:00Z' }),
  ]);
  expect(Object.fromEntries(worths)).toEqual({
    a: {
      lastValidation: { at: '2026-01-03T00:00:00Z', level: 'restore', verdict: 'invalid' },
      lastProvenAt: '2026-01-02T00:00:00Z',
    },
    b: { lastValidation: { at: '2026-01-01T00:00:00Z', level: 'restore', verdict: 'valid' } },
  });
});

test('of two sources the newer verdict and the newer proof count, each for itself', () => {
  const verdict = (at: string) => ({ at, level: 'restore', verdict: 'valid' }) as const;
  const history = new Map([
    ['a', { lastValidation: verdict('2026-01-01T00:00:00Z'), lastProvenAt: '2025-01-01T00:00:00Z' }],
    ['b', { lastValidation: verdict('2026-01-05T00:00:00Z') }],
  ]);
  const bus = new Map([
    ['a', { lastValidation: verdict('2026-01-02T00:00:00Z') }],
    ['b', { lastValidation: verdict('2026-01-04T00:00:00Z'), lastProvenAt: '2026-01-04T00:00:00Z' }],
    ['c', { lastValidation: verdict('2026-01-03T00:00:00Z') }],
  ]);
  expect(Object.fromEntries(mergeWorths(history, bus))).toEqual({
    a: { lastValidation: verdict('2026-01-02T00:00:00Z'), lastProvenAt: '2025-01-01T00:00:00Z' },
    b: { lastValidation: verdict('2026-01-05T00:00:00Z'), lastProvenAt: '2026-01-04T00:00:00Z' },
    c: { lastValidation: verdict('2026-01-03T00:00:00Z') },
  });
});
