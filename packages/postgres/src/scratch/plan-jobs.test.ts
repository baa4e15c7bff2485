import { expect, test } from 'vitest';
import { planJobs, scratchNeed } from './plan-jobs.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

test('one job needs no scratch, several may need all of the dump', () => {
  expect(scratchNeed({ databaseBytes: 5 * GIB, jobs: 1 })).toBe(0);
  expect(scratchNeed({ databaseBytes: 5 * GIB, jobs: 4 })).toBe(5 * GIB + 64 * MIB);
});

test.each([
  ['room enough', 4, 5 * GIB, 5 * GIB, 4],
  ['one is one', 1, 0, 0, 1],
  ['never none', 0, 0, 0, 1],
  ['half jobs are none', 2.9, 0, GIB, 2],
])('%s', (_name, wanted, needBytes, freeBytes, jobs) => {
  expect(planJobs({ wanted, needBytes, freeBytes })).toEqual({ jobs });
});

test('too little room: one job, and a sentence with both numbers', () => {
  expect(planJobs({ wanted: 4, needBytes: 5.3 * GIB, freeBytes: 700 * MIB })).toEqual({
    jobs: 1,
    warning:
      '4 jobs may need 5.30 GiB of scratch space and 700.0 MiB are free, so one job does it, without scratch; make room there, or name another scratch folder.',
  });
});
