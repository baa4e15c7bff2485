import { expect, test } from 'vitest';
import { judgeReport } from './judge-report.mjs';

const counts = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };
const whole = { status: 'passed', assertionResults: [{ status: 'passed' }] };

test.each([
  ['all is well', { ...counts, testResults: [whole] }, '3 passed, 0 failed, 1 skipped', true],
  [
    'a test failed',
    {
      ...counts,
      numFailedTests: 1,
      testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }],
    },
    '3 passed, 1 failed, 1 skipped',
    false,
  ],
  [
    'a file could not be loaded',
    { ...counts, testResults: [whole, { status: 'failed', assertionResults: [] }] },
    '3 passed, 1 failed, 1 skipped',
    false,
  ],
  [
    'the hook after all tests of a file failed',
    { ...counts, testResults: [{ status: 'failed', assertionResults: [{ status: 'passed' }] }] },
    '3 passed, 1 failed, 1 skipped',
    false,
  ],
  ['nothing ran', { ...counts, numPassedTests: 0, testResults: [] }, '0 passed, 0 failed, 1 skipped', false],
])('%s', (_name, report, line, succeeded) => {
  expect(judgeReport(report)).toMatchObject({ line, succeeded });
});

test('each failure is named, with its file and its words', () => {
  const failing = {
    status: 'failed',
    name: 'a.test.ts',
    assertionResults: [
      { status: 'passed', fullName: 'fine', failureMessages: [] },
      { status: 'failed', fullName: 'adds', failureMessages: ['expected 3 to be 4'] },
    ],
  };
  const broken = { status: 'failed', name: 'b.test.ts', message: 'no such module', assertionResults: [] };
  expect(
    judgeReport({ ...counts, numFailedTests: 1, testResults: [failing, broken, whole] }).failures,
  ).toEqual(['failed: b.test.ts\nno such module', 'failed: adds (a.test.ts)\nexpected 3 to be 4']);
});
