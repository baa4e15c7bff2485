import { operationIds, routes, type OperationId, type RouteDeclaration } from '@holdfast/contracts';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { gatewaySettings } from '../config.ts';

const RUNS = 12;

let gateway: Driver;
beforeAll(async () => {
  const settings = gatewaySettings.parse({ HOLDFAST_RATE_LIMIT: '0' });
  gateway = await driveGateway({ databases: ['app', 'shop'], change: { settings } });
  // Who waits for work gets no answer here: it is all about what is asked.
  gateway.worker.script.idle = true;
});
afterAll(async () => {
  gateway.stopWaiting();
  await gateway.app.close();
});

const awkward = fc.constantFrom<unknown>(
  null,
  '',
  ' ',
  '../../etc/passwd',
  '\0',
  '\uD800',
  '’🙂\u202E',
  'a'.repeat(20_000),
  '${7*7}',
  "'; drop table runs; --",
  '*',
  '_',
  '_default',
  'app',
  '__proto__',
  'constructor',
  0,
  -1,
  -0,
  1e308,
  Number.MAX_SAFE_INTEGER + 1,
  0.1,
  true,
  [],
  {},
  [[[[[[[[[[]]]]]]]]]],
  '9999-99-99T99:99:99Z',
  '0000-01-01T00:00:00Z',
  '99999999999999999999d',
);

const deep = fc.integer({ min: 1, max: 2_000 }).map((depth) => {
  let value: unknown = 'x';
  for (let level = 0; level < depth; level += 1) value = { filename: value };
  return value;
});
const value = fc.oneof(
  { weight: 6, arbitrary: awkward },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: deep },
);

const namesOf = (schema: RouteDeclaration['body']): readonly string[] => Object.keys(schema?.shape ?? {});

/** Any of a body's fields with any value, and fields that nobody knows. */
const bodyOf = (declaration: RouteDeclaration): fc.Arbitrary<unknown> => {
  const known = namesOf(declaration.body);
  const names = fc.constantFrom(...known, 'unknown', 'constructor', 'toString', 'hasOwnProperty', 'by');
  const record = fc
    .array(fc.tuple(names, value), { maxLength: Math.max(4, known.length) })
    .map((entries) => Object.fromEntries(entries));
  return fc.oneof({ weight: 8, arbitrary: record }, { weight: 1, arbitrary: value });
};

const words = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    'NaN',
    'null',
    '[object Object]',
    'app',
    'x'.repeat(3_000),
    '’',
    '%',
    '\0',
  ),
  fc.string({ maxLength: 40, unit: 'binary' }),
);
const pathOf = (declaration: RouteDeclaration, word: string): string =>
  declaration.path.replaceAll(/:\w+/g, () => encodeURIComponent(word.toWellFormed()) || 'x');
const queryOf = (declaration: RouteDeclaration, word: string): string => {
  const names = [...namesOf(declaration.query), 'unknown', '__proto__'].filter((name) => name !== 'wait');
  return names.map((name) => `${name}=${encodeURIComponent(word.toWellFormed())}`).join('&');
};

const declared: readonly (readonly [OperationId, RouteDeclaration])[] = operationIds
  .map((id): readonly [OperationId, RouteDeclaration] => [id, routes[id]])
  .filter(([id]) => id !== 'watchEvents' && id !== 'watchRunProgress');

/** What is away in a gateway without services behind it, and says so. */
const HONEST = new Set(['bus_unavailable', 'history_unavailable', 'no_worker', 'shutting_down']);

test.each(declared)(
  '%s takes anything, and never breaks, hangs or tells of its insides',
  async (_id, declaration) => {
    const { method, form } = declaration;
    await fc.assert(
      fc.asyncProperty(
        bodyOf(declaration),
        words,
        words,
        fc.boolean(),
        async (body, word, queryWord, asks) => {
          const query = asks ? `?${queryOf(declaration, queryWord)}` : '';
          const payload = JSON.stringify(body);
          const response = await gateway.app.inject({
            method,
            url: `${pathOf(declaration, word)}${query}`,
            headers: {
              ...gateway.authorization,
              // Nobody waits for work that is not done here.
              prefer: 'respond-async',
              ...(method === 'GET'
                ? {}
                : { 'content-type': form ? 'multipart/form-data' : 'application/json' }),
            },
            ...(method === 'GET' ? {} : { payload }),
          });
          const { statusCode, body: text } = response;
          if (statusCode >= 500) {
            expect([statusCode, HONEST.has(response.json<{ code: string }>().code), text]).toEqual([
              503,
              true,
              text,
            ]);
          }
          expect(text).not.toMatch(/node_modules|\.ts:\d+|\bat \w+ \(|\bselect .* from\b|"stack"/i);
        },
      ),
      { numRuns: RUNS, seed: 7, endOnFailure: true },
    );
  },
);

test('keys that would change every object are refused, and change none', async () => {
  for (const body of [
    '{"__proto__":{"x":1}}',
    '{"a":{"__proto__":{"x":1}}}',
    '{"constructor":{"prototype":{"x":1}}}',
  ]) {
    const response = await gateway.call('POST', '/api/v1/backups', body, {
      'content-type': 'application/json',
    });
    expect(response.statusCode).toBe(400);
  }
  expect(({} as { x?: number }).x).toBeUndefined();
});

test('deep nesting, long numbers and megabytes of them are answered', async () => {
  for (const body of [
    `{"filename":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    `{"filename":${'9'.repeat(500_000)}}`,
    `{${'"a":1,'.repeat(100_000)}"b":1}`,
    `"${String.raw`\ud800`.repeat(50_000)}"`,
  ]) {
    const response = await gateway.call('POST', '/api/v1/restores', body, {
      'content-type': 'application/json',
    });
    expect(response.statusCode).toBeLessThan(500);
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
  }
});
