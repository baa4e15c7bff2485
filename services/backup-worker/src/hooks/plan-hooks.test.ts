import { expect, test } from 'vitest';
import { planHooks } from './plan-hooks.ts';

const hook = (databases: string) => ({ command: ['x'], timeout: 1_000, databases });

test.each([
  ['*', 'app', true],
  ['app', 'app', true],
  ['app', 'app-eu', false],
  ['app-*', 'app-eu', true],
  ['app-?u', 'app-eu', true],
  ['web, app', 'app', true],
  ['a.p', 'app', false],
  ['[ap]*', 'app', false],
])('%s and %s', (pattern, database, expected) => {
  expect(planHooks([hook(pattern)], database)).toHaveLength(expected ? 1 : 0);
});

test('the order is the file’s', () => {
  const hooks = [hook('*'), hook('other'), hook('app')];
  expect(planHooks(hooks, 'app')).toEqual([hooks[0], hooks[2]]);
});
