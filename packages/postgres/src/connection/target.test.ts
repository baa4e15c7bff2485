import { describe, expect, test } from 'vitest';
import { describeTarget, parseTarget } from './target.ts';

const base = { host: 'localhost', port: 5432, user: 'postgres', database: 'postgres', parameters: {} };

describe('parseTarget', () => {
  test.each([
    ['postgres://', base],
    ['postgres://h', { ...base, host: 'h' }],
    [
      'postgresql://u:p@h:6000/d',
      { ...base, host: 'h', port: 6000, user: 'u', password: 'p', database: 'd' },
    ],
    ['postgres://u@h', { ...base, host: 'h', user: 'u', database: 'u' }],
    ['postgres://u:@h/d', { ...base, host: 'h', user: 'u', database: 'd' }],
    [
      'postgres://u%40x:p%2F%3A@h/d%20e',
      { ...base, host: 'h', user: 'u@x', password: 'p/:', database: 'd e' },
    ],
    ['postgres://u:p:q@h/d', { ...base, host: 'h', user: 'u', password: 'p:q', database: 'd' }],
    ['postgres://h/*', { ...base, host: 'h', database: '*' }],
    ['postgres://[::1]:6000/d', { ...base, host: '::1', port: 6000, database: 'd' }],
    ['postgres://u@/d?host=/run/pg&port=7', { ...base, host: '/run/pg', port: 7, user: 'u', database: 'd' }],
    ['postgres://%2Frun%2Fpg/d', { ...base, host: '/run/pg', database: 'd' }],
    ['postgres:///?user=u&password=p&dbname=d', { ...base, user: 'u', password: 'p', database: 'd' }],
    [
      'postgres://h/d?sslmode=verify-full&sslrootcert=%2Fca',
      { ...base, host: 'h', database: 'd', parameters: { sslmode: 'verify-full', sslrootcert: '/ca' } },
    ],
    [
      'postgres://h/d?schema=public&connection_limit=5',
      { ...base, host: 'h', database: 'd', parameters: { schema: 'public', connection_limit: '5' } },
    ],
  ])('%s', (url, expected) => {
    expect(parseTarget(url)).toEqual(expected);
  });

  test.each([
    'mysql://u:hunter2@h/d',
    'postgres://u:hunter2@h@other/d',
    'postgres://u:hunter2/x@h/d',
    'postgres://u:hunter2%@h/d',
    'postgres://u:hunter2%0A@h/d',
    'postgres://u:hunter2@h:port/d',
    'postgres://u:hunter2@h:70000/d',
    'postgres://u:hunter2@h/d?sslmod=require',
    'postgres://u:hunter2@h/d?sslmode',
    'postgres://u:hunter2@h/d#x',
    'postgres://u:hunter2@::1/d',
  ])('%s is refused without a word of the password', (url) => {
    const refusal = expect.objectContaining({ code: 'invalid_request' });
    expect(() => parseTarget(url)).toThrow(refusal);
    expect(() => parseTarget(url)).not.toThrow(/hunter2/);
  });
});

test.each([
  ['postgres://u:hunter2@db.example/app', 'app on db.example:5432'],
  ['postgres://u:hunter2@[::1]/app', 'app on [::1]:5432'],
  ['postgres://u:hunter2@/app?host=/run/pg', 'app on the socket in /run/pg (port 5432)'],
])('%s is described as %s', (url, expected) => {
  expect(describeTarget(parseTarget(url))).toBe(expected);
});
