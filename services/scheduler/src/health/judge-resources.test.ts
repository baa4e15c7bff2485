import { expect, test } from 'vitest';
import { judgeResources } from './judge-resources.ts';

const MB = 1_000_000;
const resources = {
  process: 'host-1',
  rssBytes: 900 * MB,
  memoryBytes: 1_000 * MB,
  freeMemoryBytes: 100 * MB,
  loopLagMs: 3,
};
const service = (name: string, more: Partial<typeof resources> = {}) => ({
  service: name,
  instance: `${name}-1`,
  resources: { ...resources, ...more },
});
const judged = (...services: Parameters<typeof judgeResources>[0]['services']) =>
  judgeResources({ services }).map(({ check, subject, outcome }) => [check, subject, outcome]);

const memory = (outcome: string, subject?: string) => ['services.memory', subject, outcome];
const loop = (outcome: string, subject?: string) => ['services.event-loop', subject, outcome];

test.each([
  ['enough of all', {}, memory('ok'), loop('ok')],
  ['little memory', { freeMemoryBytes: 49 * MB }, memory('warning', 'host-1'), loop('ok')],
  ['hardly any memory', { freeMemoryBytes: 19 * MB }, memory('critical', 'host-1'), loop('ok')],
  ['a late loop', { loopLagMs: 500 }, memory('ok'), loop('warning', 'host-1')],
])('%s', (_name, more, ...expected) => {
  expect(judged(service('validator', more))).toEqual(expected);
});

test('services of one process are judged as one, and named', () => {
  const both = [service('validator', { loopLagMs: 900 }), service('history', { loopLagMs: 900 })];
  expect(judged(...both)).toEqual([memory('ok'), loop('warning', 'host-1')]);
  expect(judgeResources({ services: both })[1]?.detail).toMatch(
    /^history, validator \(host-1\) has been 900 ms late/,
  );
});

test('a release that tells nothing of itself is not judged', () => {
  expect(judged({ service: 'history', instance: 'a' })).toEqual([]);
});
