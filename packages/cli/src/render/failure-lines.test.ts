import { expect, test } from 'vitest';
import { partMessage, renderFailure } from './failure-lines.ts';
import { makeStyle } from './style.ts';

test.each([
  [
    'No backup "x" in file:///b; "backup-admin list" shows what there is.',
    'No backup "x" in file:///b',
    '"backup-admin list" shows what there is.',
  ],
  [
    'It cannot be reached: ECONNREFUSED. Is it running?',
    'It cannot be reached: ECONNREFUSED.',
    'Is it running?',
  ],
  ['ERROR: a; b; c', 'ERROR: a; b', 'c'],
  ['One sentence alone.', 'One sentence alone.', undefined],
  ['Two sentences. Done.', 'Two sentences. Done.', undefined],
])('%s', (message, cause, advice) => expect(partMessage(message)).toEqual({ cause, advice }));

const style = makeStyle(false);
const title = 'The backup failed';

test('three lines, the last clause as the next step', () => {
  const message = 'pg_dump ended with code 1: no space; make room and try again.';
  expect(renderFailure({ code: 'dump_failed', message, title }, { style, width: 80 })).toEqual([
    '✗ The backup failed [dump_failed]',
    '  cause  pg_dump ended with code 1: no space',
    '  next   make room and try again.',
  ]);
});

test('where we know the command that helps, the message stays whole', () => {
  const message = 'No run ends in abcd; look again.';
  expect(renderFailure({ code: 'run_not_found', message, title }, { style, width: 80 })).toEqual([
    '✗ The backup failed [run_not_found]',
    '  cause  No run ends in abcd; look again.',
    '  next   backup-admin runs list',
  ]);
});

test('a long cause is broken below itself and holds no escape sequence', () => {
  const message = `The server said \u001b[2J ${'something of no interest '.repeat(5)}`;
  const lines = renderFailure({ code: 'internal', message, title }, { style, width: 60 });
  expect(lines.slice(1, -1).every((line) => line.length <= 60 && /^( {9}| {2}cause)/.test(line))).toBe(true);
  expect(lines.join('')).not.toContain('\u001b');
});
