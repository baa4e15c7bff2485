import { retentionPolicySchema, type RetentionPlan } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { fitPlans } from './cut-plan.ts';

const plan = (names: number): RetentionPlan => ({
  database: 'app',
  at: '2026-01-01T00:00:00Z',
  policy: retentionPolicySchema.parse({}),
  keep: Array.from({ length: names }, (_, number) => ({
    name: `n${number}`,
    filename: `n${number}.dump`,
    createdAt: '2026-01-01T00:00:00Z',
    sizeBytes: 1,
    reasons: [{ rule: 'daily', detail: 'x' }],
  })),
  remove: [],
  freesBytes: 0,
  unmet: [],
});

test('plans that fit are whole, others are cut until they do', () => {
  const plans = [plan(100), plan(3)];
  expect(fitPlans(plans)).toBe(plans);
  const cut = fitPlans(plans, 5_000);
  expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThanOrEqual(5_000);
  expect(cut[0]?.keep[0]?.name).toBe('n0');
  expect(cut[1]?.keep).toHaveLength(3);
});
