import { expect, test } from 'vitest';
import { MATRIX, renderMatrix, rowsFor } from './matrix.ts';

test('words choose rows; none choose all', () => {
  expect(rowsFor([])).toEqual(MATRIX);
  expect(rowsFor(['postgres:17', 'nats']).map(({ image }) => image)).toEqual([
    'nats:2.10',
    'nats:2.15',
    'postgres:17',
  ]);
  expect(rowsFor(['oracle'])).toEqual([]);
});

test('the matrix is a table', () => {
  const result = {
    image: 'nats:2.15',
    version: 'v2.15.1',
    suite: 'packages/bus',
    outcome: 'passed',
    tests: '9',
  } as const;
  expect(renderMatrix([result]).split('\n')).toEqual([
    'image      server   suite         outcome  tests',
    'nats:2.15  v2.15.1  packages/bus  passed   9',
  ]);
});
