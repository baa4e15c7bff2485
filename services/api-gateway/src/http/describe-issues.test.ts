import { createBackupBody, createRestoreBody } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { describeIssues } from './describe-issues.ts';

const sentence = (schema: typeof createBackupBody | typeof createRestoreBody, value: unknown): string =>
  describeIssues('body', schema.safeParse(value).error?.issues ?? []);

test.each([
  [
    'unknown fields by their names',
    sentence(createBackupBody, { databse: 'app', compess: true }),
    'The body is not as it should be: "databse", "compess" are unknown here.',
  ],
  ['a missing field', sentence(createRestoreBody, {}), /"filename": expected string/],
  [
    'a wrong type',
    sentence(createBackupBody, { description: 5 }),
    /"description": expected string, received number/,
  ],
  ['not even an object', sentence(createBackupBody, [1]), /expected object/],
])('names %s', (_name, text, expected) => {
  expect(text).toMatch(expected);
  expect(text.endsWith('.')).toBe(true);
});

test('a long list of unknown fields stays one short sentence, and values are never repeated', () => {
  const many = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`field${index}`.padEnd(200, 'x'), 'secret']),
  );
  const text = sentence(createBackupBody, many);
  expect(text.length).toBeLessThan(600);
  expect(text).not.toContain('secret');
});
