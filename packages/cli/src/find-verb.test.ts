import { expect, test } from 'vitest';
import { findVerb } from './find-verb.ts';

test.each([
  ['list', 'list'],
  ['--json list', 'list'],
  ['--url http://a list', 'list'],
  ['--url=http://a list', 'list'],
  ['--dir create restore --file create', 'restore'],
  ['--token-file list --local --verbose status', 'status'],
  ['help restore', 'restore'],
  ['--no-color help --json create', 'create'],
  ['help', undefined],
  ['--help', undefined],
  ['', undefined],
  ['-- list', undefined],
])('%s → %s', (line, expected) => {
  expect(findVerb(line === '' ? [] : line.split(' '))).toBe(expected);
});
