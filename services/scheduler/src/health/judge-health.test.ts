import type { HealthProblem } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { judgeChange, overallOf } from './judge-health.ts';

const problem = (check: string, severity: 'warning' | 'critical', message = 'x'): HealthProblem => ({
  check,
  subject: 'app',
  severity,
  message,
});
const state = (...problems: readonly HealthProblem[]) => ({
  overall: overallOf(problems),
  problems: [...problems],
});
const late = problem('backup.age', 'warning');
const veryLate = problem('backup.age', 'critical');
const full = problem('storage.space', 'critical');

test('the worst problem says how everything is', () => {
  expect(overallOf([])).toBe('healthy');
  expect(overallOf([late])).toBe('warning');
  expect(overallOf([late, full])).toBe('critical');
});

test.each([
  ['nothing was told and all is well', undefined, [], undefined],
  ['the first problem', undefined, [late], { previous: 'healthy', overall: 'warning', resolved: [] }],
  ['nothing changed', state(late), [late], undefined],
  ['a number in the sentence changed', state(late), [{ ...late, message: 'y' }], undefined],
  ['worse', state(late), [veryLate], { previous: 'warning', overall: 'critical', resolved: [] }],
  ['better', state(veryLate), [late], { previous: 'critical', overall: 'warning', resolved: [] }],
  ['one more', state(full), [full, late], { previous: 'critical', overall: 'critical', resolved: [] }],
  ['one gone', state(full, late), [late], { previous: 'critical', overall: 'warning', resolved: [full] }],
  ['all gone', state(full), [], { previous: 'critical', overall: 'healthy', resolved: [full] }],
])('%s', (_name, before, problems, expected) => {
  const change = judgeChange(before, problems);
  expect(change).toEqual(expected && { ...expected, problems });
});
