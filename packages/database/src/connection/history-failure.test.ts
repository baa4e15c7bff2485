import { expect, test } from 'vitest';
import { historyFailure } from './history-failure.ts';

const withCode = (code: string) => Object.assign(new Error('no'), { code });

test.each([
  ['refused', withCode('ECONNREFUSED')],
  ['no socket', withCode('ENOENT')],
  ['several addresses', new AggregateError([withCode('ECONNREFUSED')], '')],
  ['wrong password', withCode('28P01')],
  ['no such database', withCode('3D000')],
  ['shutting down', withCode('57P01')],
  ['starting up', withCode('57P03')],
  ['too many connections', withCode('53300')],
  ['cut', new Error('Connection terminated unexpectedly')],
  ['silent', new Error('Query read timeout')],
])('cannot be reached: %s', (_name, error) => {
  expect(historyFailure(error)).toMatchObject({ code: 'history_unavailable', cause: error });
});

test.each([
  ['unique violation', withCode('23505')],
  ['bad text', withCode('22021')],
  ['cancelled by us', withCode('57014')],
  ['a defect', new TypeError('undefined is not a function')],
  ['no error', 'text'],
])('is passed on: %s', (_name, error) => {
  expect(historyFailure(error)).toBe(error);
});
